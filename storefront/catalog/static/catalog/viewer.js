// Turns the model slowly by itself, unless the reader asked for less motion, and says how far it has loaded.
const viewer = document.querySelector("model-viewer");
if (viewer) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const turn = () => viewer.toggleAttribute("auto-rotate", !still.matches);
  turn();
  still.addEventListener("change", turn);
  const bar = viewer.querySelector("[data-bar]");
  const load = viewer.querySelector(".load");
  viewer.addEventListener("progress", (event) => {
    bar.setAttribute("width", event.detail.totalProgress * 100);
    load.setAttribute("aria-valuenow", Math.round(event.detail.totalProgress * 100));
    load.toggleAttribute("hidden", event.detail.totalProgress === 1);
  });
  viewer.addEventListener("load", () => { document.body.dataset.shown = "1"; });
  viewer.addEventListener("error", () => { document.querySelector("[data-broken]").hidden = false; });
}
