"""What a store has said of a mail: whether it goes out, a sentence of its own, who signs it and who gets the answers."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailVoice:
    """`words` are plain text; an empty name or address is the mail's own."""

    is_on: bool = True
    words: str = ""
    from_name: str = ""
    reply_to: str = ""


# Of a mail's template (or which of those made from one it is), its language, and the address that it goes to.
Finder = Callable[[str, str, str], "MailVoice | None"]

_finders: list[Finder] = []


def add_voice(finder: Finder) -> None:
    """Ask `finder(name, language, to)` before every mail; add it in `AppConfig.ready()`."""
    if finder not in _finders:
        _finders.append(finder)


def find_voice(name: str, *, language: str, to: str) -> MailVoice:
    """Return what the first finder that knows this mail says of it, else that it goes out as it is."""
    found = (voice for finder in _finders if (voice := finder(name, language, to)) is not None)
    return next(found, MailVoice())


def is_mail_on(name: str) -> bool:
    """Tell whether the store sends this mail at all."""
    return find_voice(name, language="", to="").is_on
