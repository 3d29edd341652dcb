// Shows the chosen version in place: price, stock, picture, what else can be had with it. Without it each choice is a link.
const form = document.getElementById("buy");
const told = document.getElementById("versions");

if (form && told) {
  const { versions } = JSON.parse(told.textContent);
  const soldOut = told.dataset.soldOut;
  const groups = [...form.querySelectorAll("[data-option]")];
  const last = groups.length - 1;
  const value = (version, place) => version.values[place] ?? version.title;
  let chosen = versions.find((one) => String(one.id) === new FormData(form).get("variant_id"))
    ?? versions.find((one) => groups.every((group, place) => value(one, place) === picked(group)));

  function picked(group) {
    const one = group.querySelector("[aria-current], input:checked");
    return one?.dataset.label ?? group.parentElement.querySelector("[data-chosen]").textContent;
  }

  // A link leads to another page and a radio button does not: with a script every option is made of radio buttons.
  groups.slice(0, last).forEach((group, place) => {
    group.querySelectorAll("a").forEach((link) => {
      const label = document.createElement("label");
      const radio = document.createElement("input");
      Object.assign(radio, { type: "radio", name: `option-${place}`, checked: link.hasAttribute("aria-current") });
      radio.dataset.label = link.dataset.label;
      label.className = link.className;
      label.append(radio, ...link.childNodes);
      link.replaceWith(label);
    });
  });

  function pick(place, label) {
    const fits = (one) => value(one, place) === label;
    const score = (one) => {
      let points = 0;
      groups.forEach((_group, other) => {
        if (other !== place && value(one, other) === value(chosen, other)) points += other < place ? 100 : 1;
      });
      return points + (one.here ? 10 : 0);
    };
    return versions.filter(fits).reduce((best, one) => (score(one) > score(best) ? one : best));
  }

  const show = (places, text) => places.forEach((place) => {
    place.textContent = text ?? "";
    place.hidden = !text;
  });
  const all = (name) => document.querySelectorAll(`[data-${name}]`);

  function draw() {
    all("price").forEach((place) => { place.textContent = chosen.price; });
    all("compare-at").forEach((place) => { place.textContent = chosen.compareAt ?? ""; });
    all("was").forEach((place) => { place.hidden = !chosen.compareAt; });
    all("title").forEach((place) => { place.textContent = chosen.title ?? ""; });
    show(all("saving"), chosen.saving);
    show(all("unit"), chosen.unit);
    show(all("lowest"), chosen.lowest);
    all("when-here").forEach((place) => { place.hidden = !chosen.here; });
    all("tell-me").forEach((place) => { place.search = `?variant=${chosen.id}`; });
    all("when-gone").forEach((place) => { place.hidden = Boolean(chosen.here); });
    const stock = form.querySelector("[data-stock] .stock");
    stock.lastChild.textContent = chosen.stock;
    stock.classList.toggle("no", !chosen.here);
    const count = form.querySelector("[name=quantity]");
    if (count) {
      count.dataset.max = chosen.max;
      if (Number(count.value) > chosen.max) count.value = chosen.max;
    }
    groups.forEach((group, place) => drawOption(group, place));
    if (chosen.picture !== undefined) {
      const picture = document.getElementById(`picture-${chosen.picture + 1}`);
      picture?.parentElement.scrollTo({ left: picture.offsetLeft - picture.parentElement.offsetLeft });
    }
    history.replaceState(null, "", `?variant=${chosen.id}`);
  }

  function drawOption(group, place) {
    group.parentElement.querySelector("[data-chosen]").textContent = value(chosen, place);
    group.querySelectorAll("input").forEach((radio) => {
      const fits = versions.filter((one) => value(one, place) === radio.dataset.label
        && groups.slice(0, place).every((_group, before) => value(one, before) === value(chosen, before)));
      const isGone = !fits.some((one) => one.here);
      const label = radio.parentElement;
      label.classList.toggle("no", isGone);
      label.querySelector(".sr")?.remove();
      if (isGone) label.insertAdjacentHTML("beforeend", "<span class=\"sr\"></span>");
      if (isGone) label.lastChild.textContent = soldOut;
      if (place === last) {
        radio.disabled = isGone;
        radio.value = (fits.find((one) => one.here) ?? fits[0])?.id ?? "";
      }
      radio.checked = radio.dataset.label === value(chosen, place) && !radio.disabled;
    });
  }

  form.addEventListener("change", (event) => {
    const group = event.target.closest("[data-option]");
    if (!group || event.target.type !== "radio") return;
    chosen = pick(Number(group.dataset.option), event.target.dataset.label);
    draw();
  });
}
