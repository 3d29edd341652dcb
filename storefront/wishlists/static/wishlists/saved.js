// Hearts and what was looked at lately. Every page works without it; what was seen never leaves the browser but as ids to draw.
(() => {
  const words = document.currentScript.dataset;
  const HEART = '<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 20S3.5 15 3.5 9a4.5 4.5 0 0 1 8.5-2 4.5 4.5 0 0 1 8.5 2c0 6-8.5 11-8.5 11z"/></svg>';
  const forms = () => document.querySelectorAll("[data-heart]");
  let known = new Set();

  // A card carries its product's number; its heart is made here, because the page it stands on is the same for everybody.
  const dress = (root) => root.querySelectorAll("li.c[data-id]:not(.hearted)").forEach((card) => {
    card.classList.add("hearted");
    const form = document.createElement("form");
    form.method = "post";
    form.action = words.toggle;
    form.className = "heart";
    form.dataset.heart = card.dataset.id;
    const button = document.createElement("button");
    button.innerHTML = HEART;
    const name = card.querySelector("h3")?.textContent || "";
    button.setAttribute("aria-label", `${words.off}: ${name}`);
    const number = document.createElement("input");
    number.type = "hidden";
    number.name = "product_id";
    number.value = card.dataset.id;
    form.append(number, button);
    card.append(form);
  });

  const paint = () => {
    forms().forEach((form) => {
      const on = known.has(Number(form.dataset.heart));
      const button = form.querySelector("button");
      button.setAttribute("aria-pressed", String(on));
      const label = form.querySelector("[data-label]");
      if (label) label.textContent = on ? label.dataset.on : label.dataset.off;
    });
  };

  const load = async () => {
    const answer = await fetch(words.ids, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) return;
    const data = await answer.json();
    known = new Set(data.ids);
    paint();
  };

  const toggle = async (form) => {
    const id = Number(form.dataset.heart);
    const body = new FormData(form);
    body.set("product_id", String(id));
    const version = document.querySelector("#buy [name=variant_id]:checked, #buy input[type=hidden][name=variant_id]");
    if (version && form.closest(".buy")) body.set("variant_id", version.value);
    const answer = await fetch(words.toggle, {
      method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" },
    });
    if (!answer.ok) return form.submit();
    const data = await answer.json();
    if (data.saved) known.add(id); else known.delete(id);
    paint();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-heart]");
    if (!form) return;
    event.preventDefault();
    toggle(form).catch(() => form.submit());
  });
  document.addEventListener("click", (event) => {
    const field = event.target.closest("[data-select]");
    if (field) field.select();
  });
  dress(document);
  document.addEventListener("htmx:after:swap", () => { dress(document); paint(); });
  if (forms().length && document.cookie.includes("shopstead_saved=1")) load().catch(() => {});

  // Looked at lately: kept by the browser alone. Whoever sends Global Privacy Control has nothing kept.
  const KEY = "seen";
  const MOST = 12;
  const place = document.querySelector("[data-seen]");
  const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch { return []; } };
  const write = (ids) => { try { localStorage.setItem(KEY, JSON.stringify(ids)); } catch { /* full or closed */ } };
  if (navigator.globalPrivacyControl) { try { localStorage.removeItem(KEY); } catch { /* closed */ } return; }
  if (!place) return;
  const here = Number(place.dataset.product) || 0;
  const before = read().filter((id) => Number.isInteger(id) && id !== here);
  if (here) write([here, ...before].slice(0, MOST));
  place.querySelector("[data-forget]").addEventListener("click", () => {
    try { localStorage.removeItem(KEY); } catch { /* closed */ }
    place.hidden = true;
  });
  if (!before.length) return;
  const draw = async () => {
    const answer = await fetch(`${place.dataset.seen}?ids=${before.slice(0, 8).join(",")}`);
    if (!answer.ok) return;
    const list = place.querySelector("ul");
    list.innerHTML = await answer.text();
    dress(list);
    paint();
    place.hidden = !list.children.length;
  };
  if (!("IntersectionObserver" in window)) draw();
  else {
    place.hidden = false;
    place.classList.add("waits");
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      place.classList.remove("waits");
      place.hidden = true;
      draw().catch(() => {});
    }, { rootMargin: "600px" });
    watcher.observe(place);
  }
})();
