// Passkeys: a form says what to ask, the browser asks, and its answer goes back as an ordinary field of the form.
(() => {
  const read = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const write = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withIds = (list) => (list || []).map((entry) => ({ ...entry, id: read(entry.id) }));

  const make = async ({ publicKey }) => {
    const made = await navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: read(publicKey.challenge),
        user: { ...publicKey.user, id: read(publicKey.user.id) },
        excludeCredentials: withIds(publicKey.excludeCredentials),
      },
    });
    const { clientDataJSON, attestationObject } = made.response;
    return [made, { clientDataJSON: write(clientDataJSON), attestationObject: write(attestationObject) }];
  };

  const use = async ({ publicKey }) => {
    const used = await navigator.credentials.get({
      publicKey: { ...publicKey, challenge: read(publicKey.challenge), allowCredentials: withIds(publicKey.allowCredentials) },
    });
    const { clientDataJSON, authenticatorData, signature, userHandle } = used.response;
    return [used, {
      clientDataJSON: write(clientDataJSON),
      authenticatorData: write(authenticatorData),
      signature: write(signature),
      userHandle: userHandle && userHandle.byteLength ? write(userHandle) : null,
    }];
  };

  const options = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[data-passkey-ask]");
    const said = form.querySelector("[data-passkey-said]");
    const say = (words) => {
      said.textContent = words;
      said.hidden = !words;
    };
    if (!window.PublicKeyCredential) {
      say(form.dataset.unsupported);
      continue;
    }
    button.hidden = false;
    window.addEventListener("pageshow", () => {
      // Whoever comes back to this page is asked anew: an answer counts once.
      form.elements.credential.value = "";
      button.disabled = false;
    });
    form.addEventListener("submit", async (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      say("");
      button.disabled = true;
      try {
        const asked = await options(form);
        const [credential, response] = await (form.dataset.passkey === "create" ? make(asked) : use(asked));
        form.elements.credential.value = JSON.stringify({
          id: credential.id,
          rawId: write(credential.rawId),
          type: credential.type,
          response,
          clientExtensionResults: credential.getClientExtensionResults(),
          authenticatorAttachment: credential.authenticatorAttachment,
        });
        form.submit();
      } catch (error) {
        const known = { NotAllowedError: form.dataset.cancelled, InvalidStateError: form.dataset.known };
        say(known[error.name] || form.dataset.failed);
        button.disabled = false;
      }
    });
  }
})();
