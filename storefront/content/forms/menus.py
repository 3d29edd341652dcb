"""What the editor of a menu sends: its links in order, each with what it leads to, and the button that was pressed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.text import one_line
from storefront.content.enums import Target
from storefront.content.menus import LABEL_LENGTH, MOST_ITEMS, VALUE_LENGTH, Item
from storefront.content.targets import Aim, Named, is_dead

_MOST_ROWS = MOST_ITEMS + 1
_ICONS: Final[dict[str, str]] = {
    Target.HOME: "home",
    Target.PRODUCTS: "products",
    Target.PRODUCT: "products",
    Target.COLLECTION: "grid",
    Target.CATEGORY: "list",
    Target.PAGE: "note",
    Target.POLICY: "shield",
    Target.POST: "edit",
    Target.BLOG: "edit",
    Target.SUPPORT: "support",
    Target.TRACKING: "truck",
    Target.ADDRESS: "link",
    Target.NOTHING: "menu",
}
_AWAY = _("Shoppers do not see this link: what it leads to is hidden.")
_GONE = _("Shoppers do not see this link: what it leads to was deleted.")


@dataclass(slots=True)
class Row:
    """A link in the editor. `words` is its name in each further language, `said` the same as (code, language, name) to draw.

    `inside` holds the links below it, `trouble` why shoppers do not see it, `title` what it leads to.
    """

    key: str
    label: str
    target: str
    value: str
    words: dict[str, str]
    inside: list["Row"] = field(default_factory=list)
    trouble: "str | Promise" = ""
    title: str = ""
    said: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def icon(self) -> str:
        return _ICONS.get(self.target, "link")

    @property
    def leads_to(self) -> "str | Promise":
        return Target(self.target).label if self.target in Target.values else self.target

    @property
    def asks_address(self) -> bool:
        return self.target == Target.ADDRESS


def rows_of(items: Sequence[Item]) -> list[Row]:
    """Return a kept menu as rows of the editor."""
    numbers = iter(range(1, 10_000))

    def row(item: Item) -> Row:
        words = {code: str(said.get("label", "")) for code, said in item.get("translations", {}).items()}
        found = Row(f"r{next(numbers)}", item["label"], item["target"], item["value"], words)
        found.inside = [row(one) for one in item.get("items", [])]
        return found

    return [row(item) for item in items]


def read_rows(data: QueryDict) -> list[Row]:
    """Return the rows as the form sends them; one that says it stands below another goes below the last that does not."""
    rows: list[Row] = []
    for key in data.getlist("row")[:_MOST_ROWS]:
        prefix = f"{key}-word-"
        row = Row(
            key=key[:12],
            label=one_line(data.get(f"{key}-label", ""), limit=LABEL_LENGTH * 2),
            target=data.get(f"{key}-target", "")[:20],
            value=one_line(data.get(f"{key}-value", ""), limit=VALUE_LENGTH * 2),
            words={
                name.removeprefix(prefix)[:10]: one_line(data[name], limit=LABEL_LENGTH)
                for name in data
                if name.startswith(prefix)
            },
        )
        if data.get(f"{key}-depth") == "1" and rows:
            rows[-1].inside.append(row)
        else:
            rows.append(row)
    return rows


def items_of(rows: Sequence[Row]) -> list[Item]:
    """Return rows as a menu keeps them, unchecked."""
    return [
        {
            "label": row.label,
            "target": row.target,
            "value": row.value,
            "items": items_of(row.inside),
            "translations": {code: {"label": word} for code, word in row.words.items() if word.strip()},
        }
        for row in rows
    ]


def press(rows: list[Row], deed: str) -> list[Row]:
    """Return the rows after a button was pressed: `up:KEY`, `down:`, `in:`, `out:`, `drop:`."""
    name, _colon, told = deed.partition(":")
    for siblings, parent in _levels(rows):
        place = next((number for number, row in enumerate(siblings) if row.key == told), None)
        if place is not None and name in _DEEDS:
            _DEEDS[name](rows, siblings, place, parent)
            break
    return rows


def add_row(rows: list[Row], target: str, value: str, *, aim: Aim | None, languages: Sequence[str]) -> list[Row]:
    """Return the rows with a new one at the end, named as what it leads to; `languages` begins with the store's own."""
    if target not in Target.values:
        return rows
    own, *others = languages
    label, words = aim.title if aim else "", {}
    if aim is None and target not in (Target.ADDRESS, Target.NOTHING):
        label = _label_in(target, own)
        words = {code: _label_in(target, code) for code in others}
    keys = {row.key for siblings, _parent in _levels(rows) for row in siblings}
    key = next(f"n{number}" for number in range(1, 1000) if f"n{number}" not in keys)
    return [*rows, Row(key, label[:LABEL_LENGTH], target, value, words)]


def name_words(rows: Sequence[Row], tongues: Sequence[tuple[str, str]]) -> None:
    """Write to each row its names in the further languages, as they are drawn."""
    for row in rows:
        row.said = [(code, name, row.words.get(code, "")) for code, name in tongues]
        name_words(row.inside, tongues)


def mark_troubles(rows: Sequence[Row], aims: Mapping[Named, Aim]) -> None:
    """Write to each row what it leads to, and why shoppers do not see it."""
    for row in rows:
        named = aims.get((row.target, row.value))
        row.title = named.title if named else ""
        if is_dead({"target": row.target, "value": row.value}, aims):
            row.trouble = _GONE if named is None else _AWAY
        mark_troubles(row.inside, aims)


def _label_in(target: str, language: str) -> str:
    with override(language):
        return str(Target(target).label)


def _levels(rows: list[Row]) -> list[tuple[list[Row], Row | None]]:
    return [(rows, None), *((row.inside, row) for row in rows)]


def _up(_rows: list[Row], siblings: list[Row], place: int, _parent: Row | None) -> None:
    siblings.insert(max(0, place - 1), siblings.pop(place))


def _down(_rows: list[Row], siblings: list[Row], place: int, _parent: Row | None) -> None:
    siblings.insert(place + 1, siblings.pop(place))


def _in(rows: list[Row], siblings: list[Row], place: int, parent: Row | None) -> None:
    """Put a link below the one above it; what stood below it comes along."""
    if parent is None and place > 0:
        row = siblings.pop(place)
        rows[place - 1].inside += [row, *row.inside]
        row.inside = []


def _out(rows: list[Row], siblings: list[Row], place: int, parent: Row | None) -> None:
    if parent is not None:
        rows.insert(rows.index(parent) + 1, siblings.pop(place))


def _drop(rows: list[Row], siblings: list[Row], place: int, parent: Row | None) -> None:
    """Take a link away; what stood below it stays, one level up."""
    row = siblings.pop(place)
    if parent is None:
        rows[place:place] = row.inside


_DEEDS: Final[dict[str, Any]] = {"up": _up, "down": _down, "in": _in, "out": _out, "drop": _drop}
