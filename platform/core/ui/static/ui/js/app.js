// The small behavior of the work tool. Alpine's CSP build takes only components registered here.
document.addEventListener("alpine:init", () => {
  // Shows itself at the first change of its form, saves on Ctrl or Command + S, asks once before leaving.
  Alpine.data("saveBar", () => ({
    dirty: false,
    asks: false,
    form: null,
    init() {
      const name = this.$el.dataset.form;
      this.form = name ? document.getElementById(name) : this.$el.closest("form");
      this.dirty = "dirty" in this.$el.dataset;
      // What was put back is kept: whoever leaves it as it is loses nothing.
      this.asks = this.dirty && !("restored" in this.$el.dataset);
      if (!this.form) return;
      this.onChange = (event) => {
        if (!event.target.name && !event.target.matches("[data-dirties]")) return;
        this.dirty = this.asks = true;
        const control = event.target.closest(".in, .cell");
        if (control) control.classList.add("changed");
      };
      const discard = this.$el.dataset.discardForm;
      this.onSubmit = (event) => { if (event.target === this.form || (discard && event.target.id === discard)) this.leave(); };
      this.onKey = (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
          event.preventDefault();
          if (this.dirty) this.form.requestSubmit();
        }
      };
      this.onLeave = (event) => { if (this.asks) event.preventDefault(); };
      this.form.addEventListener("input", this.onChange);
      document.addEventListener("submit", this.onSubmit);
      document.addEventListener("keydown", this.onKey);
      window.addEventListener("beforeunload", this.onLeave);
    },
    leave() { this.dirty = this.asks = false; },
    destroy() {
      if (!this.form) return;
      this.form.removeEventListener("input", this.onChange);
      document.removeEventListener("submit", this.onSubmit);
      document.removeEventListener("keydown", this.onKey);
      window.removeEventListener("beforeunload", this.onLeave);
    },
  }));

  Alpine.data("copyButton", () => ({
    async copy() {
      const button = this.$root;
      await navigator.clipboard.writeText(button.dataset.text);
      const said = button.getAttribute("aria-label");
      button.setAttribute("aria-label", button.dataset.done);
      button.classList.add("copied");
      setTimeout(() => {
        button.setAttribute("aria-label", said);
        button.classList.remove("copied");
      }, 2000);
    },
  }));

  // A <details> that closes when the reader turns elsewhere.
  Alpine.data("menu", () => ({
    close(event) {
      if (!this.$root.open) return;
      this.$root.open = false;
      if (event && event.type === "keydown") this.$root.querySelector("summary").focus();
    },
  }));

  // Counts the ticked rows of its list; the bar itself is shown by the style sheet.
  Alpine.data("bulk", () => ({
    count: 0,
    list: null,
    init() {
      this.list = this.$root.closest(".list");
      if (!this.list) return;
      this.onTick = (event) => {
        if (event.target.matches?.("[data-pick-all]")) {
          this.boxes().forEach((box) => { box.checked = event.target.checked; });
        }
        this.show();
      };
      this.list.addEventListener("change", this.onTick);
      this.show();
    },
    boxes() { return [...this.list.querySelectorAll("tbody input[name=pick]")]; },
    show() {
      const boxes = this.boxes();
      this.count = boxes.filter((box) => box.checked).length;
      boxes.forEach((box) => box.closest("tr").classList.toggle("sel", box.checked));
      const all = this.list.querySelector("[data-pick-all]");
      if (all) all.checked = boxes.length > 0 && this.count === boxes.length;
    },
    clear() {
      this.boxes().forEach((box) => { box.checked = false; });
      this.show();
      this.$root.querySelector(".tick input").checked = true;
    },
    destroy() { if (this.list) this.list.removeEventListener("change", this.onTick); },
  }));

  // j and k move through the rows of the page's list, x ticks, Enter opens, / searches, Esc clears; can be turned off.
  Alpine.data("listKeys", () => ({
    on: true,
    row: null,
    get off() { return !this.on; },
    get label() { return this.on ? this.$root.dataset.off : this.$root.dataset.on; },
    init() {
      this.on = localStorage.getItem("list-keys") !== "off";
      this.list = document.querySelector(".list");
      this.onKey = (event) => this.press(event);
      document.addEventListener("keydown", this.onKey);
    },
    turn() {
      this.on = !this.on;
      localStorage.setItem("list-keys", this.on ? "on" : "off");
    },
    press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") { this.clear(); return; }
      if (!this.on || event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
      if (event.key === "/") {
        event.preventDefault();
        this.list.querySelector("input[type=search]")?.focus();
      }
      if (event.key === "j") this.move(1);
      if (event.key === "k") this.move(-1);
      if (event.key === "x" && this.row) this.row.querySelector("input[name=pick]")?.click();
      if (event.key === "Enter" && this.row && event.target.matches("body, .go, tr, input[type=checkbox]")) {
        event.preventDefault();
        this.row.querySelector("a.go")?.click();
      }
    },
    move(by) {
      const rows = [...this.list.querySelectorAll("tbody tr")];
      const at = rows.indexOf(this.row) + by;
      if (!rows[at]) return;
      this.row?.classList.remove("here");
      this.row = rows[at];
      this.row.classList.add("here");
      this.row.querySelector("a.go")?.focus({ preventScroll: true });
      this.row.scrollIntoView({ block: "nearest" });
    },
    clear() {
      const ticked = [...this.list.querySelectorAll("tbody input[name=pick]:checked")];
      ticked.forEach((box) => { box.checked = false; });
      if (ticked.length) this.list.dispatchEvent(new Event("change"));
      document.activeElement?.blur();
    },
    destroy() { document.removeEventListener("keydown", this.onKey); },
  }));

  // ? shows the keys; g and then a letter goes to a place of the side bar. Turned off together with the keys of lists.
  Alpine.data("pageKeys", () => ({
    since: -Infinity,
    init() {
      this.onKey = (event) => this.press(event);
      document.addEventListener("keydown", this.onKey);
    },
    press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("list-keys") === "off") return;
      if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")) return;
      if (event.key === "?") {
        event.preventDefault();
        this.$root.showModal();
      } else if (event.key === "g") {
        this.since = event.timeStamp;
      } else if (event.timeStamp - this.since < 1500) {
        this.since = -Infinity;
        this.$root.querySelector(`a[data-key="${CSS.escape(event.key)}"]`)?.click();
      }
    },
    destroy() { document.removeEventListener("keydown", this.onKey); },
  }));

  // Shows the chosen picture before it is sent.
  Alpine.data("imagePreview", () => ({
    show(event) {
      const target = this.$root.querySelector("[data-preview]");
      const [file] = event.target.files;
      if (!target || !file || !file.type.startsWith("image/")) return;
      if (target.src.startsWith("blob:")) URL.revokeObjectURL(target.src);
      target.src = URL.createObjectURL(file);
      target.hidden = false;
    },
  }));

  // Counts down to nothing, then asks for the page again: what it stood for is over.
  Alpine.data("countdown", () => ({
    end: 0,
    timer: null,
    init() {
      this.end = performance.now() + Number(this.$el.dataset.seconds) * 1000;
      this.timer = setInterval(() => this.show(), 1000);
    },
    show() {
      const left = Math.max(0, Math.ceil((this.end - performance.now()) / 1000));
      this.$el.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (left > 0) return;
      clearInterval(this.timer);
      location.reload();
    },
    destroy() { clearInterval(this.timer); },
  }));

  // Goes after ten seconds, unless somebody is reading it.
  Alpine.data("toast", () => ({
    init() { this.wait(); },
    wait() {
      setTimeout(() => {
        if (this.$root.matches(":hover, :focus-within")) this.wait();
        else this.close();
      }, 10000);
    },
    close() { this.$root.remove(); },
  }));
});

// On a phone the tab that is shown may stand beyond the edge of its row.
for (const row of document.querySelectorAll(".views")) {
  const shown = row.querySelector("[aria-current]");
  if (shown) row.scrollLeft = shown.offsetLeft - row.offsetLeft - (row.clientWidth - shown.offsetWidth) / 2;
}
