// Fills in what a page for everybody leaves out: the cart's count, messages, what goes with a product. One request for all.
const { own, shared } = document.currentScript.dataset;
const OWN = ["cart", "messages", "for-you", "recent", "wishlist"];

const places = new Map();
document.querySelectorAll("[data-fragment]").forEach((place) => places.set(place.dataset.fragment, place));
const has = document.cookie.split("; ").includes("shopstead_own=1");
const names = [...places.keys()].filter((name) => !OWN.includes(name.split(":")[0]) || (own && has));

if (names.length) {
  const query = new URLSearchParams(names.sort().map((name) => ["of", name]));
  const address = own && has && names.some((name) => OWN.includes(name.split(":")[0])) ? own : shared;
  fetch(`${address}?${query}`, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((parts) => Object.entries(parts).forEach(([name, html]) => {
      const place = places.get(name);
      const made = document.createRange().createContextualFragment(html.trim());
      const nodes = [...made.children];
      if (!html.trim() || !place.isConnected) return;
      if (place.matches("div")) place.replaceChildren(made);
      else place.replaceWith(made);
      nodes.forEach((node) => window.htmx?.process(node));
    }))
    .catch(() => {}); // The page is whole without them.
}
