// Says the price and stock of the version that is chosen. Without it the page still sells: the cart shows the same price.
const form = document.getElementById("buy");
if (form) {
  const page = form.closest(".buy");
  const bar = document.querySelector(".stick .price");
  form.addEventListener("change", (event) => {
    const radio = event.target;
    if (radio.name !== "variant_id") return;
    const price = page.querySelector("[data-price]");
    const compareAt = page.querySelector("s[data-compare-at]");
    const saving = page.querySelector("[data-saving]");
    price.textContent = radio.dataset.price;
    compareAt.textContent = radio.dataset.compareAt;
    compareAt.hidden = !radio.dataset.compareAt;
    if (saving) saving.hidden = !radio.defaultChecked;
    const chosen = form.querySelector("[data-chosen]");
    if (chosen) chosen.textContent = radio.dataset.label;
    form.querySelector("[data-stock] .stock").lastChild.textContent = radio.dataset.stock;
    if (bar) {
      bar.firstChild.textContent = radio.dataset.price;
      bar.querySelector(".m").textContent = radio.dataset.label;
    }
  });
}
