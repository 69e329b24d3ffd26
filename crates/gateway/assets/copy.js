// Copies the reference, and says so.
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const status = document.querySelector('[role=status]');
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      status.textContent = button.dataset.copied;
    } catch {
      status.textContent = button.dataset.byHand;
    }
    setTimeout(() => { status.textContent = ''; }, 3000);
  });
}
