"""What two people did to one menu: each link goes by whoever changed it, and both are asked where both did."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from storefront.catalog.dashboard.merging import Clash
from storefront.content.menus import Item

# What a link leads to, and the how-manieth to that it is.
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class _Link:
    depth: int
    label: str
    words: Mapping[str, str]


_Links = dict[Key, _Link]


def write_was(items: Sequence[Item]) -> str:
    """Return the links that an editor is shown with, for its hidden field."""
    return json.dumps(list(items), ensure_ascii=False)


def read_was(text: str) -> list[Item] | None:
    """Return the links that an editor was shown with; None where it does not say."""
    try:
        items = json.loads(text)
        _flatten(items)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return list(items) or None


def merge_menus(
    base: Sequence[Item], mine: Sequence[Item], theirs: Sequence[Item], *, ids: Sequence[str]
) -> tuple[list[Item], list[Clash]]:
    """Return the links to keep, and where two people want different things; `ids` are the boxes of mine, in order.

    A link that one took away and the other changed stays.
    """
    was, my, their = _flatten(base), _flatten(mine), _flatten(theirs)
    shared = {key for key in was if key in my and key in their}
    shapes = [[(key, links[key].depth) for key in links if key in shared] for links in (was, my, their)]
    i_moved, they_moved = shapes[1] != shapes[0], shapes[2] != shapes[0]
    clashes = []
    if i_moved and they_moved and shapes[1] != shapes[2]:
        mine_told, theirs_told = (
            " · ".join(links[key].label for key, _depth in shape)
            for links, shape in ((my, shapes[1]), (their, shapes[2]))
        )
        clashes.append(Clash("menu-body", _("Order of the links"), mine_told, theirs_told, ""))
    lead, other = (their, my) if they_moved and not i_moved else (my, their)
    order = _order(was, lead, other)
    boxes = dict(zip(my, ids, strict=False))
    merged: _Links = {}
    for key in order:
        link, clash = _merge_words(was.get(key), my.get(key), their.get(key))
        merged[key] = _Link((lead.get(key) or other[key]).depth, link.label, link.words)
        if clash:
            clashes.append(
                Clash(boxes.get(key, "menu-body"), my[key].label, my[key].label, their[key].label, their[key].label)
            )
    return _nest(merged), clashes


def _order(was: _Links, lead: _Links, other: _Links) -> list[Key]:
    """Return the links of one menu without those that the other one dropped, and with those that it added in their places."""
    order = [key for key in lead if key in other or key not in was or _differ(lead[key], was[key])]
    before: Key | None = None
    for key in other:
        if key not in lead and (key not in was or _differ(other[key], was[key])):
            order.insert(order.index(before) + 1 if before in order else 0, key)
        before = key
    return order


def _merge_words(was: _Link | None, mine: _Link | None, theirs: _Link | None) -> tuple[_Link, bool]:
    """Return a link with the words of whoever changed them, and whether both did."""
    if mine is None or theirs is None:
        kept = mine or theirs
        if kept is None:
            raise ValueError("a link is of somebody")
        return kept, False
    old = was or mine
    label, is_clash = _pick(old.label, mine.label, theirs.label)
    words = {}
    for code in sorted({*mine.words, *theirs.words}):
        words[code], differs = _pick(old.words.get(code, ""), mine.words.get(code, ""), theirs.words.get(code, ""))
        is_clash = is_clash or differs
    return _Link(mine.depth, label, words), is_clash


def _pick(old: str, mine: str, theirs: str) -> tuple[str, bool]:
    if mine == old:
        return theirs, False
    return mine, theirs not in (old, mine)


def _differ(link: _Link, was: _Link) -> bool:
    return (link.label, link.words) != (was.label, was.words)


def _flatten(items: Sequence[Item]) -> _Links:
    links: _Links = {}
    for item in items:
        for depth, one in ((0, item), *((1, inside) for inside in item.get("items", []))):
            target, value = str(one["target"]), str(one["value"])
            number = 0
            while (target, value, number) in links:
                number += 1
            words = {code: str(said.get("label", "")) for code, said in one.get("translations", {}).items()}
            said = {code: word for code, word in words.items() if word}
            links[target, value, number] = _Link(depth, str(one["label"]), said)
    return links


def _nest(links: _Links) -> list[Item]:
    items: list[Item] = []
    for (target, value, _number), link in links.items():
        item: dict[str, Any] = {
            "label": link.label,
            "target": target,
            "value": value,
            "items": [],
            "translations": {code: {"label": word} for code, word in link.words.items() if word},
        }
        (items[-1]["items"] if link.depth and items else items).append(item)
    return items
