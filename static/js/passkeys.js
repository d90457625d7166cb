// Passkeys (Web Authentication Level 3): a form with data-passkey asks the browser for one, and sends its answer.
const binary = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list || []).map((each) => ({ ...each, id: binary(each.id) }));

function read(options) {
  options.challenge = binary(options.challenge);
  if (options.user) options.user.id = binary(options.user.id);
  if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials);
  return options;
}

function told(credential) {
  const answer = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) answer[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) answer.transports = credential.response.getTransports();
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: answer });
}

function problem(form, error) {
  const why = {
    NotAllowedError: "The browser was not given a passkey: it was refused, or took too long. Try again.",
    InvalidStateError: "This authenticator holds a passkey of yours already.",
  };
  const place = form.querySelector("[data-passkey-problem]");
  place.textContent = why[error.name] || `The browser could not do this (${error.name}).`;
  place.hidden = false;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.querySelectorAll("[data-scripted]").forEach((part) => { part.hidden = false; });
  form.querySelectorAll("[data-unscripted]").forEach((part) => { part.hidden = true; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const publicKey = read(JSON.parse(form.dataset.options));
    try {
      const made = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = told(made);
      form.submit();
    } catch (error) {
      problem(form, error);
    }
  });
}
