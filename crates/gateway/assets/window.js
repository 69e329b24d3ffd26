// Says what happens once the window was asked for: the login can't be used twice.
const form = document.querySelector('form[target]');
form.addEventListener('submit', () => {
  document.querySelector('[role=status]').textContent = form.dataset.opened;
  // Not before the form is sent: a disabled button may stop it.
  setTimeout(() => {
    for (const button of document.querySelectorAll('button')) button.disabled = true;
  });
});
