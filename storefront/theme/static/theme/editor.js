// The theme editor: keeps the draft while one types, shows it in the frame, moves sections by drag. Without it the buttons do all that.
const form = document.getElementById("look");
const frame = document.getElementById("preview");
const said = document.getElementById("said");
const publish = document.querySelector("#publish button");
let timer = 0;
let asked = 0;

function show() {
  const inside = frame.contentWindow;
  const top = inside ? inside.scrollY : 0;
  frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, top), { once: true });
  inside.location.replace(frame.dataset.url);
}

function mark(errors, better) {
  form.querySelectorAll("[data-error]").forEach((place) => { place.textContent = ""; });
  Object.entries(errors).forEach(([name, words]) => {
    const place = document.getElementById(`e-${name}`);
    if (!place) { said.textContent = words; return; }
    place.append(words);
    place.closest("details").open = true;
    if (!better[name]) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn sm";
    button.textContent = frame.dataset.use;
    button.addEventListener("click", () => {
      const input = document.getElementById(`f-${name}`);
      input.value = better[name];
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    place.append(button);
  });
}

async function keep() {
  asked += 1;
  const mine = asked;
  const data = new FormData(form);
  [...data.keys()].filter((key) => key.endsWith("-file")).forEach((key) => data.delete(key));
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Autosave": "1" } });
  } catch {
    said.textContent = frame.dataset.away;
    return;
  }
  if (mine !== asked) return;
  if (answer.status === 409) {
    const changed = document.getElementById("changed");
    changed.querySelector("[data-words]").textContent = (await answer.json()).changed;
    changed.hidden = false;
    said.textContent = frame.dataset.wrong;
    publish.disabled = true;
    return;
  }
  if (answer.status !== 200 && answer.status !== 422) { said.textContent = frame.dataset.away; return; }
  const { errors, better, seen } = await answer.json();
  if (seen) form.elements.seen.value = seen;
  said.textContent = answer.ok ? frame.dataset.kept : frame.dataset.wrong;
  mark(errors, better);
  publish.disabled = !answer.ok;
  if (answer.ok) show();
}

form.addEventListener("input", (event) => {
  if (event.target.type === "file") return;
  if (event.target.type === "color") event.target.nextElementSibling.textContent = event.target.value;
  clearTimeout(timer);
  timer = setTimeout(keep, 400);
});
// A picture travels with the whole form, once, and the page comes back with it.
form.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.files.length) form.requestSubmit();
});
form.addEventListener("submit", () => clearTimeout(timer));

// ---- widths: the frame is as wide as the device and shrunk to fit
const floor = frame.parentElement;
const widths = [...document.querySelectorAll("[data-width]")];
function fit() {
  const width = Number(widths.find((button) => button.getAttribute("aria-pressed") === "true").dataset.width);
  const scale = Math.min(1, floor.clientWidth / width);
  frame.style.width = `${width}px`;
  frame.style.height = `${floor.clientHeight / scale}px`;
  frame.style.transform = `translateX(${Math.max(0, (floor.clientWidth - width * scale) / 2)}px) scale(${scale})`;
}
widths.forEach((button) => button.addEventListener("click", () => {
  widths.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
  fit();
}));
if (matchMedia("(max-width: 1023px)").matches) {
  widths.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.width === "390")));
}
new ResizeObserver(fit).observe(floor);
fit();

// ---- sections by drag
let held = null;
document.querySelectorAll("[data-part]").forEach((part) => {
  const head = part.querySelector("summary");
  head.draggable = true;
  head.addEventListener("dragstart", (event) => {
    held = part;
    part.classList.add("held");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", part.id);
  });
  head.addEventListener("dragend", () => {
    part.classList.remove("held");
    document.querySelectorAll(".over").forEach((one) => one.classList.remove("over"));
    held = null;
  });
  part.addEventListener("dragover", (event) => {
    if (!held || held === part) return;
    event.preventDefault();
    part.classList.add("over");
  });
  part.addEventListener("dragleave", () => part.classList.remove("over"));
  part.addEventListener("drop", (event) => {
    if (!held || held === part) return;
    event.preventDefault();
    const below = held.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING;
    part[below ? "after" : "before"](held);
    keep();
  });
});
if (location.hash.startsWith("#s-")) {
  const part = document.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`);
  if (part) { part.open = true; part.scrollIntoView({ block: "center" }); }
}

// The pass of the preview ends after half an hour: the page is asked for again before it does.
setInterval(() => {
  if (document.visibilityState === "visible" && !document.querySelector(".errtxt:not(:empty)")) location.reload();
}, 28 * 60 * 1000);
