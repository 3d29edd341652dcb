// Proposes an address from the store's name and says whether it is free; the form works without it.
const form = document.querySelector("[data-signup]");
if (form) {
  const name = form.querySelector("[name=name]");
  const slug = form.querySelector("[name=slug]");
  const state = form.querySelector("[data-address-state]");
  let typed = slug.value !== "";

  async function ask(query) {
    const answer = await fetch(`${form.dataset.signup}?${new URLSearchParams(query)}`);
    return answer.json();
  }

  async function check() {
    if (!slug.value) return;
    const answer = await ask({ slug: slug.value });
    state.textContent = answer.message || (answer.free ? form.dataset.free : form.dataset.taken);
    state.className = answer.free ? "xs okc" : "xs badc";
  }

  name.addEventListener("change", async () => {
    if (typed || !name.value) return;
    const proposal = (await ask({ name: name.value })).slug;
    // The person may have gone on to the address while the answer was on its way.
    if (typed) return;
    slug.value = proposal;
    check();
  });
  slug.addEventListener("input", () => { typed = slug.value !== ""; state.textContent = ""; });
  slug.addEventListener("change", check);
  for (const button of form.querySelectorAll("[data-take]")) {
    button.addEventListener("click", () => { slug.value = button.dataset.take; typed = true; check(); });
  }
}
