// Drag a link of a menu before or after another one; it takes the level of the place. The buttons do the same without a mouse.
(() => {
  let dragged = null;
  const rowOf = (event) => event.target.closest?.(".link-row");
  const clear = () => document.querySelectorAll(".link-row").forEach((row) => row.classList.remove("drop-before", "drop-after"));
  const isAfter = (row, event) => event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2;
  const familyOf = (row) => {
    const family = [row];
    if (row.dataset.depth === "1") return family;
    for (let next = row.nextElementSibling; next?.dataset.depth === "1"; next = next.nextElementSibling) family.push(next);
    return family;
  };
  // Only the grip starts a drag: text in the boxes stays selectable.
  document.addEventListener("pointerdown", (event) => {
    const row = rowOf(event);
    if (row) row.draggable = Boolean(event.target.closest(".grip"));
  });
  document.addEventListener("dragstart", (event) => {
    const row = rowOf(event);
    if (!row?.draggable) return;
    dragged = familyOf(row);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.key);
    row.classList.add("dragged");
  });
  document.addEventListener("dragend", () => {
    dragged?.forEach((row) => row.classList.remove("dragged"));
    clear();
    dragged = null;
  });
  document.addEventListener("dragover", (event) => {
    const row = rowOf(event);
    if (!dragged || !row || dragged.includes(row)) return;
    event.preventDefault();
    clear();
    row.classList.add(isAfter(row, event) ? "drop-after" : "drop-before");
  });
  document.addEventListener("drop", (event) => {
    const row = rowOf(event);
    if (!dragged || !row || dragged.includes(row)) return;
    event.preventDefault();
    const after = isAfter(row, event);
    let depth = row.dataset.depth;
    if (after && depth === "0" && row.nextElementSibling?.dataset.depth === "1") depth = "1";
    if (dragged.length > 1) depth = "0";
    const place = after && depth === "0" ? familyOf(row).at(-1) : row;
    if (after) place.after(...dragged);
    else place.before(...dragged);
    const [first] = dragged;
    first.dataset.depth = depth;
    first.classList.toggle("lv1", depth === "0");
    first.classList.toggle("lv2", depth === "1");
    const kept = first.querySelector("[data-depth-of]");
    kept.value = depth;
    kept.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
