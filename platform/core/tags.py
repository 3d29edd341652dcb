"""Tags as people type them, and what changes when they do."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput

LONGEST_TAG, MOST_TAGS = 40, 20


class TagsRefused(InvalidInput):
    """A tag is too long, or there are too many."""


def read_tags(text: str) -> list[str]:
    """Return the tags of a text as `split_tags` does.

    Raises: TagsRefused for one that is too long, or too many.
    """
    found = split_tags(text)
    if any(len(tag) > LONGEST_TAG for tag in found):
        raise TagsRefused(_("A tag has %(most)s characters at most.") % {"most": LONGEST_TAG}, field="tags")
    if len(found) > MOST_TAGS:
        raise TagsRefused(_("There may be %(most)s tags at most.") % {"most": MOST_TAGS}, field="tags")
    return found


def split_tags(text: str) -> list[str]:
    """Return the tags of a text with commas between them, Chinese ones too, each once whatever its letters' size."""
    found: dict[str, str] = {}
    for part in text.replace("\0", "").replace("，", ",").replace("、", ",").split(","):
        tag = " ".join(part.split())
        if tag:
            found.setdefault(tag.casefold(), tag)
    return list(found.values())


def change_tags(tags: Sequence[str], *, add: Iterable[str], remove: Iterable[str], name: str) -> list[str]:
    """Return these tags without some and with others, in their order, each once whatever its letters' size.

    Raises: TagsRefused for too many, in words that say the `name` of what has them.
    """
    gone = {tag.casefold() for tag in remove}
    kept = [tag for tag in tags if tag.casefold() not in gone]
    has = {tag.casefold() for tag in kept}
    changed = kept + [tag for tag in add if tag.casefold() not in has]
    if len(changed) > MOST_TAGS and changed != list(tags):
        words = _("%(name)s would have more than %(most)s tags. Nothing was changed.")
        raise TagsRefused(words % {"name": name, "most": MOST_TAGS}, field="tags")
    return changed


def join_tags(tags: Iterable[str], more: Iterable[str]) -> list[str]:
    """Return both in their order, each once whatever its letters' size, however many that are."""
    return list({tag.casefold(): tag for tag in reversed([*tags, *more])}.values())[::-1]


def tell_change(before: Sequence[str], after: Sequence[str]) -> dict[str, list[str]]:
    """Return which tags came and which went, as a history keeps it."""
    return {
        "added": [tag for tag in after if tag not in before],
        "removed": [tag for tag in before if tag not in after],
    }
