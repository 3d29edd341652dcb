// The search field as a combobox: suggestions while typing, what was searched for before, arrow keys. The form works without it.
const KEY = "searches";
const HAN = /[\u3400-\u9fff]/;

function earlier() {
  try {
    return JSON.parse(localStorage.getItem(KEY) || "[]").filter((text) => typeof text === "string").slice(0, 5);
  } catch {
    return [];
  }
}

function remember(text) {
  try {
    localStorage.setItem(KEY, JSON.stringify([text, ...earlier().filter((one) => one !== text)].slice(0, 5)));
  } catch {}
}

document.querySelectorAll("form.find").forEach((form) => {
  const input = form.querySelector("input[role=combobox]");
  const list = form.querySelector(".found");
  const status = form.querySelector("[role=status]");
  if (!input || !list) return;
  let timer, asked, at = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => {
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const open = () => {
    options().forEach((one, n) => { one.id = `${list.id}-${n}`; one.setAttribute("aria-selected", "false"); });
    input.setAttribute("aria-expanded", String(options().length > 0));
    at = -1;
  };
  const move = (step) => {
    const all = options();
    if (!all.length) return;
    all[at]?.setAttribute("aria-selected", "false");
    at = (at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length;
    all[at].setAttribute("aria-selected", "true");
    all[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", all[at].id);
  };
  const follow = (option) => {
    if (option.dataset.forget !== undefined) { localStorage.removeItem(KEY); close(); return; }
    if (input.value.trim()) remember(input.value.trim());
    location.assign(option.dataset.url);
  };
  const showEarlier = () => {
    const texts = earlier();
    close();
    if (!texts.length) return;
    const group = document.createElement("ul");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", list.dataset.recent);
    texts.forEach((text) => {
      const one = document.createElement("li");
      one.setAttribute("role", "option");
      one.dataset.url = `${form.getAttribute("action")}?q=${encodeURIComponent(text)}`;
      one.textContent = text;
      group.append(one);
    });
    const forget = document.createElement("li");
    forget.setAttribute("role", "option");
    forget.className = "all";
    forget.dataset.forget = "";
    forget.textContent = list.dataset.forget;
    group.append(forget);
    list.append(group);
    open();
  };
  const ask = async () => {
    const text = input.value.trim();
    if (!text) return showEarlier();
    if (text.length < 2 && !HAN.test(text)) return close();
    asked?.abort();
    asked = new AbortController();
    try {
      const response = await fetch(`${list.dataset.url}?q=${encodeURIComponent(text)}`, { signal: asked.signal });
      if (!response.ok || document.activeElement !== input) return;
      list.innerHTML = await response.text();
      open();
      status.textContent = list.querySelector("[data-said]")?.dataset.said || list.dataset.none;
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  input.addEventListener("focus", () => { if (!input.value.trim()) showEarlier(); });
  input.addEventListener("blur", () => { clearTimeout(timer); close(); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (options().length) move(event.key === "ArrowDown" ? 1 : -1); else ask();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      follow(options()[at]);
    } else if (event.key === "Escape" && options().length) {
      event.preventDefault();
      close();
    }
  });
  // The field keeps the focus while somebody points at the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option);
  });
  form.addEventListener("submit", () => { if (input.value.trim()) remember(input.value.trim()); });
});

// Which of the found goods was opened, and how far down it stood: a figure for the merchant, without who.
document.addEventListener("click", (event) => {
  const card = event.target.closest?.("[data-searched] ul.g > li a");
  if (!card) return;
  const list = card.closest("[data-searched]");
  const place = [...list.querySelectorAll("ul.g > li")].indexOf(card.closest("li"));
  const body = new URLSearchParams({ q: list.dataset.searched, product: card.getAttribute("href"), place: String(place + 1 + Number(list.dataset.skipped)) });
  navigator.sendBeacon?.(list.dataset.clicks, body);
});
