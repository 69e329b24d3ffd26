const status = document.getElementById("copied");

async function copy(button) {
  const name = button.dataset.name;
  try {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    status.textContent = `${name} copied.`;
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 2000);
  } catch {
    status.textContent = `${name} could not be copied: select it and copy it by hand.`;
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
