"""How a shopper is named to other shoppers."""

from core.text import one_line


def short_name(name: str) -> str:
    """Return a name as it is offered for a review: “Maya L.”, “张**”."""
    words = one_line(name).split()
    if not words:
        return ""
    if "\u4e00" <= words[0][0] <= "\u9fff":
        return f"{words[0][0]}**"
    return words[0] if len(words) == 1 else f"{words[0]} {words[-1][0]}."
