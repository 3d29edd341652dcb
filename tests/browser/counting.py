"""What a person's hands do, counted in the browser itself, so that no helper can forget to count."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

# Presses of a pointer and keys that write; what a script fills in or a browser proposes is neither.
_LISTEN = """
addEventListener("pointerdown", (event) => { if (event.isTrusted) noteHand("click", ""); }, true);
addEventListener("input", (event) => {
  const field = event.target;
  if (event.isTrusted && (event.inputType || "").startsWith("insert") && field.name) {
    noteHand("typed", location.pathname + " " + field.name);
  }
}, true);
"""


@dataclass
class Hands:
    """`typed` names each field that was typed into, once a page; choosing a file in the system's window is a click."""

    clicks: int = 0
    typed: set[str] = field(default_factory=set)

    def note(self, kind: str, what: str) -> None:
        if kind == "click":
            self.clicks += 1
        else:
            self.typed.add(what)


def count_hands(page: Page) -> Hands:
    """Count from now on what is done on a page, whatever page it goes to."""
    hands = Hands()

    def hear(_source: Any, kind: str, what: str) -> None:
        hands.note(kind, what)

    page.context.expose_binding("noteHand", hear)
    page.context.add_init_script(_LISTEN)
    page.on("filechooser", lambda _chooser: hands.note("click", ""))
    return hands
