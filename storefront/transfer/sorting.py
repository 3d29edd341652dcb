"""From the rows of our own file of collections and categories to what they say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from storefront.catalog.enums import Match
from storefront.catalog.rules import MAXIMUM_RULES, is_sound
from storefront.catalog.services import slugify_title
from storefront.transfer.cells import CellProblem, read_flag, read_text
from storefront.transfer.columns import ColumnMap
from storefront.transfer.files import Row, Table
from storefront.transfer.groups import Group, group_rows
from storefront.transfer.products import read_path
from storefront.transfer.texts import read_group_texts

COLLECTION, CATEGORY = "collection", "category"
BY_HAND, BY_RULE = "hand", "rule"
PLAIN = {
    "description": ("description_html", 200_000),
    "seo_title": ("seo_title", 255),
    "seo_description": ("seo_description", 500),
}
_KINDS = {COLLECTION: COLLECTION, CATEGORY: CATEGORY, "系列": COLLECTION, "分类": CATEGORY}


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A collection or a category as a file describes it; `fields` are the columns that it names.

    `parent` is a category's path of titles. `rules` are as a collection keeps them, with handles for categories; None where it
    is filled by hand.
    """

    kind: str
    handle: str
    title: str
    parent: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: Sequence[Mapping[str, Any]] | None = None
    match: str = Match.ALL


def read_groups(table: Table, columns: ColumnMap) -> Iterator[Group[GroupRow]]:
    """Yield one group a row; what comes twice is a problem."""
    return group_rows(
        table.rows,
        columns,
        key_column="handle" if "handle" in columns else "title",
        read_key=partial(_read_key, columns),
        read_record=partial(_read_group, columns),
    )


def _read_key(columns: ColumnMap, row: Row) -> str:
    names = ("group_kind", "handle") if columns.get(row.cells, "handle") else ("group_kind", "parent", "title")
    return "\x1f".join(columns.get(row.cells, name).lower() for name in names)


def _read_group(columns: ColumnMap, group: Group[GroupRow]) -> GroupRow:
    row = group.rows[0]

    def cell(name: str) -> str:
        return columns.get(row.cells, name)

    kind = _KINDS.get(cell("group_kind").lower())
    if kind is None:
        raise CellProblem("group_kind", cell("group_kind"), _("Write collection or category."))
    if len(group.rows) > 1:
        raise CellProblem("title", cell("title"), _("It is in the file twice. Keep one of the rows."))
    title = read_text(cell("title"), column="title", limit=120)
    if not title:
        raise CellProblem("title", "", _("Give it a title."))
    fields: dict[str, Any] = {
        ours: read_text(cell(name), column=name, limit=limit)
        for name, (ours, limit) in PLAIN.items()
        if name in columns
    }
    if "visible" in columns:
        fields["is_visible"] = read_flag(cell("visible"), column="visible") if cell("visible") else True
    is_by_rule = kind == COLLECTION and cell("filled_by").lower() == BY_RULE
    return GroupRow(
        kind=kind,
        handle=slugify_title(cell("handle")),
        title=title,
        parent=read_path(cell("parent"), column="parent") if kind == CATEGORY else (),
        fields=fields,
        texts=read_group_texts(columns, row),
        rules=_read_rules(cell("rules")) if is_by_rule else None,
        match=Match.ANY if cell("match").lower() == Match.ANY else Match.ALL,
    )


def _read_rules(text: str) -> list[dict[str, Any]]:
    try:
        rules = json.loads(text or "[]")
    except (ValueError, RecursionError):
        rules = None
    # A category is named by its handle here.
    if not isinstance(rules, list) or len(rules) > MAXIMUM_RULES or not all(map(_is_sound, rules)):
        raise CellProblem("rules", text, _("These rules cannot be read. Leave the cell as the export wrote it."))
    return rules


def _is_sound(rule: Any) -> bool:
    if isinstance(rule, dict) and rule.get("field") == CATEGORY:
        return isinstance(rule.get("value"), str) and is_sound({**rule, "value": 1})
    return is_sound(rule)
