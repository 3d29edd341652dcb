// A list of goods without page loads: filters count as they are ticked, "Show more" adds to the grid. Every link works without it.
const wide = matchMedia("(min-width: 1040px)");
let latest = 0;

async function read(url) {
  const mine = ++latest;
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return mine === latest ? page : null;
}

function address(form) {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) asked.append(name, value);
  const text = asked.toString();
  return form.getAttribute("action").split("#")[0] + (text ? `?${text}` : "");
}

async function refine(form) {
  const url = address(form);
  const focused = document.activeElement?.name && [document.activeElement.name, document.activeElement.value];
  const open = [...form.querySelectorAll("details[open]")].map((one) => one.parentElement.querySelector("legend").textContent);
  form.setAttribute("aria-busy", "true");
  try {
    const page = await read(url);
    const fresh = page?.querySelector("#list");
    if (!fresh) return;
    const sheet = location.hash === "#filters" && !wide.matches;
    if (sheet) form.replaceChildren(...fresh.querySelector("#filters").childNodes);
    else {
      document.querySelector("#list").replaceWith(fresh);
      history.pushState({ list: true }, "", url);
      document.title = page.title;
      document.querySelector("h1").replaceWith(page.querySelector("h1")); // it says how many there are
    }
    document.querySelectorAll("#filters legend").forEach((legend) => {
      const folded = legend.parentElement.querySelector("details");
      if (folded && open.includes(legend.textContent)) folded.open = true;
    });
    if (focused) {
      const same = [...document.querySelectorAll("#filters input")].find((one) => one.name === focused[0] && (one.type !== "checkbox" || one.value === focused[1]));
      same?.focus({ preventScroll: true });
    }
  } catch {
    location.assign(url);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("#filters");
  if (form) refine(form);
});

document.addEventListener("submit", (event) => {
  if (event.target.id !== "filters") return;
  event.preventDefault();
  location.assign(`${address(event.target)}#list`);
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-more]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  link.setAttribute("aria-busy", "true");
  try {
    const page = await read(link.href);
    const more = page?.querySelector(".more");
    const cards = [...(page?.querySelectorAll("#list ul.g > li") || [])];
    if (!cards.length) return;
    document.querySelector("#list ul.g").append(...cards);
    document.querySelector(".more").replaceWith(more);
    history.replaceState({ list: true }, "", link.href);
    cards[0].querySelector("a")?.focus({ preventScroll: true });
  } catch {
    location.assign(link.href);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && location.hash === "#filters") location.hash = "#list";
});

addEventListener("popstate", (event) => {
  if (event.state?.list || (!location.hash && document.querySelector("#list"))) location.reload();
});
