// Turns a <textarea data-prose> into an editor that shows what it writes. Without it, or with HTML that the editor does not know,
// the text stays a text area; what comes out is cleaned by the server either way.
const parts = document.getElementById("prose");
const KNOWN = new Set(("p br strong b em i u s sub sup blockquote hr h2 h3 h4 h5 h6 ul ol li a span div "
  + "table thead tbody tr th td img").split(" "));

// A picture of this store's own; the server takes no other.
const pictureOf = (lib) => lib.Node.create({
  name: "image", group: "block", atom: true, draggable: true,
  addAttributes: () => Object.fromEntries(["src", "alt", "width", "height"].map((name) => [name, { default: null }])),
  parseHTML: () => [{ tag: 'img[src^="/media/texts/"]' }],
  renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
});
const isKnown = (html) => [...html.matchAll(/<\/?([a-zA-Z][a-zA-Z0-9]*)/g)].every((tag) => KNOWN.has(tag[1].toLowerCase()));
const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
// The same rule as the server's: an empty line begins a paragraph.
const asHtml = (text) => (/<[a-zA-Z/]/.test(text) ? text : text.trim().split(/(?:\r?\n){2,}/)
  .map((each) => `<p>${escape(each.trim()).replace(/\r?\n/g, "<br>")}</p>`).join(""));

const enhance = (area, lib) => {
  if (!isKnown(area.value) || area.matches(":disabled")) return;
  const label = document.querySelector(`label[for="${area.id}"]`);
  const box = document.createElement("div");
  box.className = "prose-box";
  const place = document.createElement("div");
  box.append(parts.content.cloneNode(true), place);
  area.before(box);
  const tools = box.querySelector(".prose-tools");
  const link = box.querySelector(".prose-link");
  const address = link.querySelector("input");
  const rows = box.querySelector(".prose-table");
  const picture = box.querySelector(".prose-picture");
  const said = box.querySelector(".prose-said");
  if (label) label.id ||= `${area.id}_label`;

  // The editor mends what it is given, a table without cells, say: that is nobody's change, and the text area keeps its text.
  let isTouched = false;
  for (const kind of ["beforeinput", "keydown", "compositionstart", "paste", "cut", "drop", "click"]) {
    box.addEventListener(kind, () => { isTouched = true; }, { capture: true });
  }

  const editor = new lib.Editor({
    element: place,
    injectCSS: false,
    content: asHtml(area.value),
    extensions: [
      lib.Document, lib.Paragraph, lib.Text, lib.HardBreak, lib.Bold, lib.Italic, lib.Strike, lib.Underline, lib.Subscript,
      lib.Superscript, lib.Heading.configure({ levels: [2, 3, 4, 5, 6] }), lib.BulletList, lib.OrderedList, lib.ListItem,
      lib.Blockquote, lib.HorizontalRule, lib.Link, lib.UndoRedo, lib.Gapcursor, lib.Table, lib.TableRow, lib.TableHeader,
      lib.TableCell, pictureOf(lib),
    ],
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", class: "prose-text in", ...(label ? { "aria-labelledby": label.id } : {}) },
    },
    onUpdate: () => {
      if (!isTouched) return;
      area.value = editor.isEmpty ? "" : editor.getHTML();
      written = area.value;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction: () => mark(),
  });
  let written = area.value;

  const mark = () => {
    for (const button of tools.querySelectorAll("[data-do]")) {
      const name = button.dataset.do;
      if (name !== "html") button.setAttribute("aria-pressed", String(editor.isActive(name)));
    }
    rows.hidden = place.hidden || !editor.isActive("table");
  };
  const deeds = {
    heading: (chain) => chain.toggleHeading({ level: 2 }),
    bold: (chain) => chain.toggleBold(),
    italic: (chain) => chain.toggleItalic(),
    bulletList: (chain) => chain.toggleBulletList(),
    orderedList: (chain) => chain.toggleOrderedList(),
    blockquote: (chain) => chain.toggleBlockquote(),
    table: (chain) => (editor.isActive("table") ? chain : chain.insertTable({ rows: 3, cols: 2, withHeaderRow: true })),
  };
  const showText = (isText) => {
    area.classList.toggle("prose-hidden", !isText);
    place.hidden = isText;
    link.hidden = true;
    if (picture) picture.hidden = true;
    said.hidden = true;
    rows.hidden = isText || !editor.isActive("table");
    for (const button of tools.querySelectorAll("[data-do]")) if (button.dataset.do !== "html") button.disabled = isText;
    tools.querySelector("[data-do=html]").setAttribute("aria-pressed", String(isText));
  };
  tools.addEventListener("click", (event) => {
    const name = event.target.closest("[data-do]")?.dataset.do;
    if (name === "html") {
      const isText = place.hidden;
      if (isText && !isKnown(area.value)) {
        said.hidden = false;
        return;
      }
      if (isText) editor.commands.setContent(asHtml(area.value), { emitUpdate: false });
      showText(!isText);
    } else if (name === "link") {
      link.hidden = !link.hidden;
      address.value = editor.getAttributes("link").href || "";
      if (!link.hidden) address.focus();
    } else if (name === "picture") {
      picture.hidden = !picture.hidden;
      if (!picture.hidden) picture.querySelector("input").focus();
    } else if (name) deeds[name](editor.chain().focus()).run();
  });
  rows.addEventListener("click", (event) => {
    const name = event.target.closest("[data-table]")?.dataset.table;
    if (name) editor.chain().focus()[name]().run();
  });
  const setLink = () => {
    const href = address.value.trim();
    const full = /^(https?:|mailto:|tel:|\/)/.test(href) ? href : `https://${href}`;
    const chain = editor.chain().focus().extendMarkRange("link");
    (href ? chain.setLink({ href: full }) : chain.unsetMark("link")).run();
    link.hidden = true;
  };
  link.addEventListener("click", (event) => {
    const what = event.target.closest("[data-link]")?.dataset.link;
    if (what === "unset") address.value = "";
    if (what) setLink();
  });
  address.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); setLink(); }
    if (event.key === "Escape") { link.hidden = true; editor.commands.focus(); }
  });
  const putPicture = async () => {
    const [file, alt] = [picture.querySelector("[type=file]"), picture.querySelector("[data-alt]")];
    const words = picture.querySelector("[role=status]");
    const tell = (text) => { words.textContent = text; words.hidden = !text; };
    if (!file.files.length || !alt.value.trim()) { tell(words.dataset.empty); return; }
    const body = new FormData();
    body.append("picture", file.files[0]);
    body.append("csrfmiddlewaretoken", area.form.querySelector("[name=csrfmiddlewaretoken]").value);
    tell("");
    const put = picture.querySelector("[data-picture=put]");
    put.disabled = true;
    try {
      const answer = await fetch(parts.dataset.pictures, { method: "POST", body });
      const kept = await answer.json();
      if (!answer.ok) { tell(kept.error); return; }
      const attrs = { src: kept.src, alt: alt.value.trim(), width: String(kept.width), height: String(kept.height) };
      editor.chain().focus().insertContent({ type: "image", attrs }).run();
      file.value = alt.value = "";
      picture.hidden = true;
    } catch {
      tell(words.dataset.failed);
    } finally {
      put.disabled = false;
    }
  };
  picture?.addEventListener("click", (event) => {
    const what = event.target.closest("[data-picture]")?.dataset.picture;
    if (what === "put") putPicture();
    if (what === "close") picture.hidden = true;
  });
  picture?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-alt]")) { event.preventDefault(); putPicture(); }
    if (event.key === "Escape") { picture.hidden = true; editor.commands.focus(); }
  });
  // Neither is a word of the page's own form.
  for (const input of picture?.querySelectorAll("input") ?? []) input.addEventListener("input", (event) => event.stopPropagation());
  // Somebody else wrote into the text area: a draft, a colleague's words.
  area.addEventListener("input", () => {
    if (area.value !== written && !place.hidden) editor.commands.setContent(asHtml(area.value), { emitUpdate: false });
    written = area.value;
  });
  if (label) label.addEventListener("click", () => { if (!place.hidden) editor.commands.focus(); });
  const help = document.getElementById(`${area.id}_helptext`);
  if (help) help.hidden = true;
  const isFocused = document.activeElement === area;
  showText(false);
  if (isFocused) editor.commands.focus("end");
  mark();
};

const areas = [...document.querySelectorAll("textarea[data-prose]")];
if (parts && areas.length) {
  const begin = async () => {
    const lib = await import(parts.dataset.editor);
    for (const area of areas) enhance(area, lib);
  };
  if ("requestIdleCallback" in window) requestIdleCallback(begin, { timeout: 1500 });
  else setTimeout(begin, 200);
}
