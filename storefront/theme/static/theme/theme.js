// The storefront's own behavior: quantity steps, the gallery's count, closing the menu. Every page works without it.
document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) {
    const input = step.closest(".qty").querySelector("input");
    const now = Number.parseInt(input.value, 10) || 0;
    const most = Number.parseInt(input.dataset.max, 10) || 99;
    input.value = String(Math.min(most, Math.max(1, now + Number(step.dataset.step))));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const thumb = event.target.closest(".th a");
  if (thumb) {
    const picture = document.querySelector(thumb.getAttribute("href"));
    if (picture) {
      event.preventDefault();
      const row = picture.parentElement;
      row.scrollTo({ left: picture.offsetLeft - row.offsetLeft });
    }
  }
  document.querySelectorAll("details.menu[open], details.drop[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open], details.drop[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

document.querySelectorAll(".gal .row").forEach((row) => {
  const count = row.parentElement.querySelector(".k");
  const thumbs = row.parentElement.querySelectorAll(".th a");
  row.addEventListener("scroll", () => {
    const at = Math.round(row.scrollLeft / row.clientWidth);
    if (count) count.textContent = `${at + 1} / ${row.children.length}`;
    thumbs.forEach((thumb, i) => thumb.toggleAttribute("aria-current", i === at));
  }, { passive: true });
});

// A select that carries data-submit sends its form when it changes (sorting, say).
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});
