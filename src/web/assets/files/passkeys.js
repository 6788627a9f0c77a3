// Buttons that a passkey answers: asks the authenticator what the server asks, and sends the answer with the form.

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
const encode = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** The options for `navigator.credentials`, from JSON. Browsers before 2025 lack a function for it. */
function optionsFrom(json, use) {
  const name = use === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
  if (PublicKeyCredential[name]) return PublicKeyCredential[name](json);
  const options = { ...json, challenge: decode(json.challenge) };
  if (json.user) options.user = { ...json.user, id: decode(json.user.id) };
  for (const list of ['allowCredentials', 'excludeCredentials']) {
    options[list] = (json[list] ?? []).map((one) => ({ ...one, id: decode(one.id) }));
  }
  return options;
}

/** An answer in JSON. Some password managers answer with objects of their own. */
function jsonOf(credential) {
  if (typeof credential.toJSON === 'function') return credential.toJSON();
  const { id, type, rawId, response } = credential;
  const sent = { transports: response.getTransports?.() };
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[name]) sent[name] = encode(response[name]);
  }
  return { id, type, rawId: encode(rawId), clientExtensionResults: {}, response: sent };
}

/** Asks for one button. @returns undefined when the page has to be loaded again first */
async function ask(form, { passkey: use, options }, signal, mediation) {
  const body = new URLSearchParams({ _csrf: form.elements.namedItem('_csrf').value });
  const question = await fetch(options, { method: 'POST', body, redirect: 'manual', signal });
  // The session has ended, or needs a recent authentication: the page itself leads there.
  if (question.type === 'opaqueredirect') return void location.reload();
  if (!question.ok) throw new Error(`The server answered ${question.status}`);
  const { ceremony, publicKey } = await question.json();
  const credential = await navigator.credentials[use]({
    publicKey: optionsFrom(publicKey, use),
    signal,
    ...(mediation && { mediation }),
  });
  return JSON.stringify({ ceremony, response: jsonOf(credential) });
}

/** The texts of a button, by the errors that they tell. */
const TEXTS = { NotAllowedError: 'canceled', InvalidStateError: 'known', SecurityError: 'elsewhere' };

/** How long the browser may offer passkeys for one question, in milliseconds: it is good for 5 minutes. */
const OFFER_MS = 240_000;

function prepare(box) {
  const [button, status, field] = ['button', '[role="status"]', 'input'].map((part) => box.querySelector(part));
  let asking = new AbortController();
  let timer;

  const use = async (mediation) => {
    // A browser asks one question at a time.
    asking.abort();
    clearTimeout(timer);
    asking = new AbortController();
    const { signal } = asking;
    const answer = await ask(button.form, box.dataset, signal, mediation);
    if (answer === undefined || signal.aborted) return;
    field.value = answer;
    button.form.requestSubmit(button);
  };

  /** Has the browser offer passkeys where it fills in the name. */
  const offer = async () => {
    const isOffered = box.dataset.autofill !== undefined && PublicKeyCredential.isConditionalMediationAvailable;
    if (!isOffered || !(await PublicKeyCredential.isConditionalMediationAvailable())) return;
    const offered = use('conditional');
    timer = setTimeout(renew, OFFER_MS);
    // The user did not ask for this offer, so its failure is not reported; the button still works.
    await offered.catch(() => {});
  };
  const renew = () => (document.hidden ? addEventListener('visibilitychange', renew, { once: true }) : offer());

  button.addEventListener('click', async (event) => {
    event.preventDefault();
    status.textContent = '';
    try {
      await use();
    } catch (error) {
      // Pressed once more.
      if (error.name === 'AbortError') return;
      status.textContent = box.dataset[TEXTS[error.name] ?? 'failed'];
      await offer();
    }
  });
  box.hidden = button.form.hidden = false;
  void offer();
}

if ('PublicKeyCredential' in globalThis) {
  for (const text of document.querySelectorAll('[data-unless-passkey]')) text.hidden = true;
  for (const box of document.querySelectorAll('[data-passkey]')) prepare(box);
}
