// Where two people changed the same, a button puts what the other one saved into the box.
for (const button of document.querySelectorAll("[data-take-theirs]")) {
  const field = document.getElementById(button.dataset.takeTheirs);
  if (!field?.matches("input, textarea, select, fieldset")) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const choice = field.matches("fieldset") ? field.querySelector(`[value="${CSS.escape(button.dataset.text)}"]`) : null;
    const box = choice ?? field;
    if (choice || box.type === "checkbox") box.checked = choice ? true : button.dataset.text === "on";
    else box.value = button.dataset.text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
}
