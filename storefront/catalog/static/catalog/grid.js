// A table of inputs that moves, selects, copies and pastes like a spreadsheet. Without it the inputs are an ordinary form.
const table = document.querySelector("[data-grid]");
if (table) {
  const said = document.querySelector("[data-grid-said]");
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll(".cell")]);
  let start = null;
  let end = null;

  const find = (cell) => {
    const row = rows.findIndex((cells) => cells.includes(cell));
    return row < 0 ? null : [row, rows[row].indexOf(cell)];
  };
  const span = () => {
    if (!start || !end) return [];
    const [top, bottom] = [Math.min(start[0], end[0]), Math.max(start[0], end[0])];
    const [left, right] = [Math.min(start[1], end[1]), Math.max(start[1], end[1])];
    return rows.slice(top, bottom + 1).map((cells) => cells.slice(left, right + 1));
  };
  const paint = () => {
    table.querySelectorAll(".picked").forEach((cell) => cell.classList.remove("picked"));
    const block = span();
    if (block.length > 1 || block[0]?.length > 1) block.flat().forEach((cell) => cell.classList.add("picked"));
  };
  const mark = (cell) => cell.classList.toggle("changed", cell.value !== cell.dataset.was);
  const write = (cell, text) => {
    if (cell.tagName === "SELECT") {
      const option = [...cell.options].find((each) => each.value === text || each.text === text);
      if (!option) return;
      cell.value = option.value;
    } else {
      cell.value = text;
    }
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const shown = (cell) => (cell.tagName === "SELECT" ? cell.selectedOptions[0].text : cell.value);
  const go = (row, column, extend) => {
    const cell = rows[row]?.[column];
    if (!cell) return;
    end = [row, column];
    if (!extend) start = end;
    if (extend) {
      cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else {
      cell.focus();
      cell.select?.();
    }
    paint();
  };
  const atEdge = (cell, side) => {
    if (cell.tagName === "SELECT") return true;
    const all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    if (all) return true;
    const where = side < 0 ? 0 : cell.value.length;
    return cell.selectionStart === where && cell.selectionEnd === where;
  };

  table.addEventListener("focusin", (event) => {
    const at = find(event.target);
    if (at) { start = end = at; paint(); }
  });
  table.addEventListener("mousedown", (event) => {
    const at = event.shiftKey && find(event.target);
    if (!at || !start) return;
    event.preventDefault();
    end = at;
    paint();
  });
  table.addEventListener("input", (event) => mark(event.target));
  table.addEventListener("change", (event) => mark(event.target));

  table.addEventListener("keydown", (event) => {
    if (!find(event.target)) return;
    const [row, column] = event.shiftKey && end ? end : find(event.target);
    const control = event.ctrlKey || event.metaKey;
    const moves = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [event.shiftKey ? -1 : 1, 0],
    };
    if (control && event.key.toLowerCase() === "d") {
      event.preventDefault();
      const [first, ...others] = span();
      others.forEach((cells) => cells.forEach((cell, place) => write(cell, shown(first[place]))));
      return;
    }
    if (event.key === "Escape") { start = end = find(event.target); paint(); return; }
    if (event.key === "Delete" && span().flat().length > 1) {
      event.preventDefault();
      span().flat().forEach((cell) => write(cell, ""));
      return;
    }
    const move = moves[event.key];
    if (!move || control || event.altKey) return;
    const sideways = move[0] === 0;
    if (event.target.tagName === "SELECT" && !sideways && event.key !== "Enter") return;
    if (sideways && !(event.shiftKey && event.target.classList.contains("picked")) && !atEdge(event.target, move[1])) return;
    event.preventDefault();
    go(row + move[0], column + move[1], event.shiftKey && event.key !== "Enter");
  });

  table.addEventListener("copy", (event) => {
    const block = span();
    if (block.flat().length < 2) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", block.map((cells) => cells.map(shown).join("\t")).join("\n"));
  });
  table.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    const block = span();
    if (!text || (!/[\t\n]/.test(text) && block.flat().length < 2)) return;
    event.preventDefault();
    const lines = text.split("\n").map((line) => line.split("\t").map((part) => part.trim()));
    if (lines.length === 1 && lines[0].length === 1) {
      block.flat().forEach((cell) => write(cell, lines[0][0]));
      return;
    }
    const [top, left] = [Math.min(start[0], end[0]), Math.min(start[1], end[1])];
    let isCut = false;
    lines.forEach((parts, down) => parts.forEach((part, over) => {
      const cell = rows[top + down]?.[left + over];
      if (cell) write(cell, part);
      else isCut = true;
    }));
    said.textContent = "";
    if (isCut) said.textContent = table.dataset.overflow;
    said.classList.toggle("vh", !isCut);
  });

  // What was not touched is not sent.
  table.closest("form").addEventListener("submit", () => {
    rows.flat().forEach((cell) => { cell.disabled = cell.value === cell.dataset.was; });
  });
  window.addEventListener("pageshow", () => rows.flat().forEach((cell) => { cell.disabled = false; mark(cell); }));
}
