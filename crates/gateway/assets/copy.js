// Copies the reference, and says so.
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const status = document.querySelector('[role=status]');
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      status.textContent = 'Copied';
    } catch {
      status.textContent = 'Select the reference and copy it by keyboard.';
    }
    setTimeout(() => { status.textContent = ''; }, 3000);
  });
}
