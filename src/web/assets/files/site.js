// What pages do beyond HTML. Every page works without it.

/** A button beside each password that shows it. */
for (const input of document.querySelectorAll('input[type="password"]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'show';
  const name = () => `${input.type === 'password' ? 'Show' : 'Hide'} password`;
  const label = () => {
    button.textContent = input.type === 'password' ? 'Show' : 'Hide';
    button.setAttribute('aria-label', name());
  };
  button.addEventListener('click', () => {
    input.type = input.type === 'password' ? 'text' : 'password';
    label();
  });
  label();
  const row = document.createElement('div');
  row.className = 'with-button';
  input.replaceWith(row);
  row.append(input, button);
  // A password manager learns passwords from fields of their type.
  input.form?.addEventListener('submit', () => (input.type = 'password'));
}

/** The token behind the # of a mailed link, which no server sees, moves into the form and out of the address. */
for (const input of document.querySelectorAll('input[data-token-from-fragment]')) {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) continue;
  input.value = token;
  history.replaceState(null, '', location.pathname + location.search);
  input.closest('.field').hidden = true;
  // What the link leads to stands alone then.
  for (const other of document.querySelectorAll('[data-unless-token]')) other.hidden = true;
  input.closest('details')?.setAttribute('open', '');
}

/** Buttons that copy a text, or print the page: only where scripts run. */
for (const button of document.querySelectorAll('button[data-copy], button[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const { copy } = button.dataset;
    if (copy === undefined) return print();
    await navigator.clipboard.writeText(document.getElementById(copy).textContent.trim());
    button.textContent = 'Copied';
  });
}

/** A form is sent once, however often its button is pressed. */
for (const form of document.querySelectorAll('form[method="post"]:not([data-repeatable])')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
    // A submission may be stopped or fail; the form can be sent again then.
    setTimeout(() => delete form.dataset.sent, 5000);
  });
}
// A page that comes back from the browser's memory may send its forms again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});

/** What is wrong with a form is read out and scrolled to. */
document.querySelector('#form-errors')?.focus();

/** Says while a person types what the server would say of a new password, by the server's own estimator. */
for (const input of document.querySelectorAll('input[data-strength]')) {
  const status = document.createElement('p');
  status.className = 'strength hint';
  status.setAttribute('role', 'status');
  input.closest('.field').append(status);
  const valueOf = (name) => input.form.elements.namedItem(name)?.value ?? input.dataset[name] ?? '';
  let estimator;
  const judge = async () => {
    const password = input.value;
    if (password === '') return (status.textContent = '');
    estimator ??= import(input.dataset.strength).then(({ PasswordStrength }) => PasswordStrength.load());
    try {
      const owner = { username: valueOf('username'), email: valueOf('email') };
      const weakness = (await estimator).weaknessOf(password, owner);
      if (password !== input.value) return;
      const isShort = password.length < input.minLength;
      status.dataset.level = weakness || isShort ? 'weak' : 'strong';
      status.textContent = weakness
        ? `Too weak: a password that ${weakness.reason}. ${weakness.advice}`
        : isShort
          ? `Too short: ${input.minLength} characters or more.`
          : 'Strong enough.';
    } catch {
      // The estimator could not be loaded; the server checks the password anyway.
      status.textContent = '';
    }
  };
  let timer;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(judge, 200);
  });
}
