"""Collections and categories with their texts in every language, in columns of our own."""

import json
from collections.abc import Collection as Container
from collections.abc import Iterator
from typing import Any

from storefront.catalog.models import Category, Collection
from storefront.transfer.exports.writing import Ids
from storefront.transfer.sorting import BY_HAND, BY_RULE, CATEGORY, COLLECTION
from storefront.transfer.texts import PLAIN
from tenants.models import Tenant

HEADER = [
    *("Kind", "Handle", "Parent", "Title", "Description", "SEO title", "SEO description", "Visible", "Filled by"),
    *("Rules", "Match"),
]


class GroupsExport:
    """All categories, those above first, then all collections in their order; numbers do not narrow it."""

    numbers: Container[str] = frozenset()

    def __init__(self, tenant: Tenant, ids: Ids) -> None:
        self._categories = list(Category.objects.all())
        self._collections = list(Collection.objects.order_by("position", "pk"))
        rows: list[Any] = [*self._categories, *self._collections]
        self._languages = sorted({language for row in rows for language in row.translations})
        self.header = [*HEADER, *(f"{name} [{language}]" for language in self._languages for name in PLAIN)]

    def count(self) -> int:
        """Return how many there are."""
        return len(self._categories) + len(self._collections)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (how many are done, a row)."""
        done, titles = 0, dict[str, str]()
        handles = {one.pk: one.handle for one in self._categories}
        for category in self._categories:
            done += 1
            parent = titles.get(category.path[: -Category.steplen], "")
            titles[category.path] = f"{parent} > {category.title}" if parent else category.title
            yield done, self._row(CATEGORY, category, parent, ["", "", ""])
        for one in self._collections:
            done += 1
            rules = [
                {**rule, "value": handles.get(rule["value"], "")} if rule["field"] == CATEGORY else rule
                for rule in one.rules
            ]
            told = json.dumps(rules, ensure_ascii=False, sort_keys=True)
            yield (
                done,
                self._row(COLLECTION, one, "", [BY_RULE, told, one.match] if one.is_automatic else [BY_HAND, "", ""]),
            )

    def _row(self, kind: str, row: Any, parent: str, filling: list[str]) -> list[str]:
        words = [row.title, row.description_html, row.seo_title, row.seo_description]
        said = [
            row.translations.get(language, {}).get(field, "")
            for language in self._languages
            for _ours, field, _limit in PLAIN.values()
        ]
        return [kind, row.handle, parent, *words, "TRUE" if row.is_visible else "FALSE", *filling, *said]
