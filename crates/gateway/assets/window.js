// Says what happens once the window was asked for. The login can't be used twice, so a second click opens no second window.
const form = document.querySelector('form[target]');
form.addEventListener('submit', (event) => {
  const status = document.querySelector('[role=status]');
  if (status.textContent) event.preventDefault();
  status.textContent = form.dataset.opened;
  // Not before the form is sent: a disabled button may stop it.
  setTimeout(() => {
    for (const button of document.querySelectorAll('button')) button.disabled = true;
  });
});
