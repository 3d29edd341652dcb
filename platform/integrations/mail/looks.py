"""What a mail looks like: its accent. Parts above know whose mail it is, and say so."""

from collections.abc import Callable
from dataclasses import dataclass

Finder = Callable[[], "MailLook | None"]


@dataclass(frozen=True, slots=True)
class MailLook:
    """The color of buttons and links, which reads on white, the color of words on it, and its like on a dark ground."""

    accent: str = "#0e5a61"
    on_accent: str = "#ffffff"
    accent_by_night: str = "#7cc4ca"


_finders: list[Finder] = []


def add_look(finder: Finder) -> None:
    """Ask `finder()` before every mail whether it has a look of its own; add it in `AppConfig.ready()`."""
    if finder not in _finders:
        _finders.append(finder)


def find_look() -> MailLook:
    """Return the look of the first finder that has one, else the platform's."""
    return next((look for finder in _finders if (look := finder()) is not None), MailLook())
