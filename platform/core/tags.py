"""Tags as people type them, and what changes when they do."""

from collections.abc import Iterable, Sequence


def split_tags(text: str) -> list[str]:
    """Return the tags of a text with commas between them, Chinese ones too, each once whatever its letters' size."""
    found: dict[str, str] = {}
    for part in text.replace("\0", "").replace("，", ",").replace("、", ",").split(","):
        tag = " ".join(part.split())
        if tag:
            found.setdefault(tag.casefold(), tag)
    return list(found.values())


def change_tags(tags: Sequence[str], *, add: Iterable[str], remove: Iterable[str]) -> list[str]:
    """Return these tags without some and with others, in their order, each once whatever its letters' size."""
    gone = {tag.casefold() for tag in remove}
    kept = [tag for tag in tags if tag.casefold() not in gone]
    has = {tag.casefold() for tag in kept}
    return kept + [tag for tag in add if tag.casefold() not in has]
