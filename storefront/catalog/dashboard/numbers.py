"""Numbers as forms send them."""

from collections.abc import Iterable


def read_id(text: str | None) -> int | None:
    """Return the id that a form sent, or None for anything else."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 18:
        return None
    return int(text)


def read_ids(texts: Iterable[str]) -> list[int]:
    """Return the ids among what a form sent."""
    return [number for text in texts if (number := read_id(text)) is not None]
