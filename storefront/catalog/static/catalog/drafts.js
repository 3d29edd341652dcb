// Keeps what is typed on a product's page as a draft, and asks who else has it open; where two people typed the same, it takes the
// other's words. Without it a page is saved by its button alone.
const form = document.querySelector("form[data-draft]");
if (form) {
  const place = document.querySelector("[data-presence]");
  const wait = 1200;
  const again = 15000;
  let typing = 0;
  let looking = 0;
  let isTyped = false;
  let isSending = false;
  let isSaving = false;
  let isLeft = false;
  // The same tab, loaded again, goes on with what was typed in it; only another tab is asked.
  const known = `tab of ${form.dataset.draft}`;
  const elsewhere = document.querySelector("[data-elsewhere]");
  if (elsewhere?.dataset.elsewhere === sessionStorage.getItem(known)) location.replace(elsewhere.href);
  sessionStorage.setItem(known, form.querySelector("[name=tab]").value);

  const words = (typed) => {
    const data = typed ? new FormData(form) : new FormData();
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    for (const name of ["csrfmiddlewaretoken", "tab", "opened", "put_back"]) data.set(name, form.querySelector(`[name=${name}]`).value);
    return data;
  };

  const show = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const kept = answer.querySelector("[data-kept-at]");
    if (kept) for (const line of document.querySelectorAll("[data-kept]")) line.textContent = ` ${kept.dataset.keptAt}`;
    kept?.remove();
    if (place && place.innerHTML.trim() !== answer.body.innerHTML.trim()) place.replaceChildren(...answer.body.childNodes);
  };

  const tell = async () => {
    clearTimeout(looking);
    if (isSending || isSaving) return;
    isSending = true;
    const typed = isTyped;
    isTyped = false;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: words(typed) });
      if (answer.ok && !answer.redirected) show(await answer.text());
      else isTyped = isTyped || typed;
    } catch { isTyped = isTyped || typed; }
    isSending = false;
    if (place || isTyped) looking = setTimeout(() => { if (!document.hidden || isTyped) tell(); else later(); }, again);
  };
  const later = () => { looking = setTimeout(tell, again); };

  form.addEventListener("input", (event) => {
    if (!event.target.name || event.target.type === "file") return;
    isTyped = true;
    clearTimeout(typing);
    typing = setTimeout(tell, wait);
  });
  const stop = () => { isSaving = true; clearTimeout(typing); clearTimeout(looking); };
  form.addEventListener("submit", stop);
  document.getElementById("discard-draft")?.addEventListener("submit", stop);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && isTyped && !isSaving && !isLeft) {
      isTyped = false;
      fetch(form.dataset.draft, { method: "POST", body: words(true), keepalive: true }).catch(() => { isTyped = true; });
    } else if (!document.hidden && place) tell();
  });
  // A page that is left is open no more: opened again, it is not told that another tab has it.
  window.addEventListener("pagehide", () => {
    if (isSaving) return;
    isLeft = true;
    const data = words(isTyped);
    data.set("closed", "1");
    fetch(form.dataset.draft, { method: "POST", body: data, keepalive: true }).catch(() => {});
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { isSaving = isLeft = false; if (place) tell(); } });
  if (place) tell();
}
