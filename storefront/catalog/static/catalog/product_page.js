// What a product's page says while somebody types: what is earned on a piece, and how a search
// engine would show it. Without it the page says it once it is saved.
const language = document.documentElement.lang || "en";

for (const box of document.querySelectorAll("[data-money]")) {
  const price = document.getElementById(box.dataset.price);
  const cost = document.getElementById(box.dataset.cost);
  const line = box.querySelector("[data-margin]");
  const money = new Intl.NumberFormat(language, { style: "currency", currency: box.dataset.currency });
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const read = (field) => (field.value.trim() === "" ? NaN : Number(field.value));
  const say = () => {
    const earned = read(price) - read(cost);
    line.textContent = Number.isNaN(earned) || !read(price) ? "" : box.dataset.earns
      .replace("{profit}", money.format(earned)).replace("{percent}", share.format(earned / read(price)));
  };
  price.addEventListener("input", say);
  cost.addEventListener("input", say);
}

// Chinese signs take the room of two.
const room = (text) => [...text].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0);
const cut = (text, most) => {
  let shown = "";
  for (const sign of text) {
    if (room(shown + sign) > most) return `${shown.trimEnd()}…`;
    shown += sign;
  }
  return shown;
};
const plain = (html) => new DOMParser().parseFromString(html.replaceAll("<", " <"), "text/html").body.textContent.replace(/\s+/g, " ").trim();

const serp = document.querySelector("[data-serp]");
if (serp) {
  const form = serp.closest("form");
  const typed = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");
  const address = serp.querySelector("[data-serp-address]");
  const title = serp.querySelector("[data-serp-title]");
  const text = serp.querySelector("[data-serp-text]");
  const show = () => {
    address.textContent = `${address.dataset.prefix}${typed("handle")}/`;
    title.textContent = cut(`${typed("seo_title") || typed("title")} – ${title.dataset.store}`, 60);
    text.textContent = cut(typed("seo_description") || plain(typed("description")), 160);
    for (const line of serp.querySelectorAll("[data-room]")) {
      const count = room(document.getElementById(line.dataset.for).value.trim());
      line.hidden = count === 0;
      line.classList.toggle("warnc", count > Number(line.dataset.room));
      line.textContent = line.dataset.words.replace("{count}", count).replace("{most}", line.dataset.room);
    }
  };
  form.addEventListener("input", show);
  show();
}
