// Drag a category before, after or into another one. The buttons in each row do the same without a mouse.
(() => {
  const tree = document.querySelector("[data-tree]");
  const form = document.querySelector("[data-tree-form]");
  if (!tree || !form) return;
  let dragged = null;
  const places = ["before", "inside", "after"];
  const rows = [...tree.querySelectorAll("li[data-id]")];
  const clear = () => rows.forEach((row) => row.classList.remove("drop-before", "drop-inside", "drop-after"));
  const placeOf = (row, event) => {
    const box = row.getBoundingClientRect();
    return places[Math.min(2, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * 3)))];
  };
  rows.forEach((row) => {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.id);
      row.classList.add("dragged");
    });
    row.addEventListener("dragend", () => { row.classList.remove("dragged"); clear(); dragged = null; });
    row.addEventListener("dragover", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      clear();
      row.classList.add(`drop-${placeOf(row, event)}`);
    });
    row.addEventListener("drop", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      form.action = dragged.dataset.move;
      form.elements.target.value = row.dataset.id;
      form.elements.place.value = placeOf(row, event);
      form.submit();
    });
  });
})();
