// What is typed while an answer is on its way stays: an answer that is morphed into a form leaves alone what somebody touched since
// it was asked for. Where a list became another one, what is chosen in it is what the answer says, not what stood at that place.
const touched = new WeakMap();
let asked = 0;
let chosen = [];

document.addEventListener("input", (event) => touched.set(event.target, performance.now()));

window.htmx?.registerExtension("typed", {
  htmx_before_request: (_element, { ctx }) => { ctx.askedAt = performance.now(); },
  htmx_before_swap: (_element, { ctx }) => {
    asked = ctx.askedAt ?? 0;
    chosen = [];
  },
  htmx_before_morph_node: (_element, { oldNode, newNode }) => {
    if (touched.get(oldNode) > asked) return false;
    if (oldNode.matches("select:not([multiple])")) chosen.push([oldNode, "value", newNode.value]);
    if (oldNode.matches("[type=radio], [type=checkbox]")) chosen.push([oldNode, "checked", newNode.checked]);
    return true;
  },
  htmx_after_swap: () => {
    for (const [field, name, value] of chosen.splice(0)) field[name] = value;
  },
});
