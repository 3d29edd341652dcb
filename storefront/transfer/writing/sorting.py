"""Bring collections and categories in: their words in every language, and what is not there yet."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.errors import InvalidInput
from storefront.catalog.errors import CategoryRefused, CollectionRefused
from storefront.catalog.models import Category, Collection, CollectionProduct, Product
from storefront.catalog.services import (
    create_category,
    create_collection,
    delete_category,
    delete_collection,
    reword_collection,
    translate_category,
    translate_collection,
    update_category,
)
from storefront.transfer.cells import CellProblem
from storefront.transfer.choices import Existing
from storefront.transfer.columns import ColumnMap, list_fields
from storefront.transfer.enums import FileFormat, ImportKind
from storefront.transfer.files import Table
from storefront.transfer.groups import Group
from storefront.transfer.results import ImportResult, shorten
from storefront.transfer.samples import Sample, Sampler, make_sample
from storefront.transfer.sorting import CATEGORY, COLLECTION, GroupRow, read_groups
from storefront.transfer.writing.base import BatchOutcome, Setting, keep_for_undo

MODELS: dict[str, Any] = {COLLECTION: Collection, CATEGORY: Category}
WORDS = ("title", "handle", "description_html", "seo_title", "seo_description", "is_visible")
_FIELDS = list_fields(ImportKind.GROUPS, FileFormat.SHOPIFY)
LABELS = {
    "title": _FIELDS["title"].label,
    "handle": _FIELDS["handle"].label,
    "description_html": _FIELDS["description"].label,
    "seo_title": _FIELDS["seo_title"].label,
    "seo_description": _FIELDS["seo_description"].label,
    "is_visible": _FIELDS["visible"].label,
}


class GroupImporter:
    batch_size = 50

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.sampler = Sampler()

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[GroupRow]]:
        return read_groups(table, columns)

    def take(self, records: Sequence[GroupRow], *, dry_run: bool) -> BatchOutcome:
        outcome, kept = BatchOutcome(), list[list[Any]]()
        with transaction.atomic():
            for index, row in enumerate(records):
                found = _find(row)
                if found is not None and self.setting.choices.existing == Existing.SKIP:
                    outcome.skipped += 1
                    continue
                before = describe(found) if found is not None else None
                try:
                    with transaction.atomic():
                        pk = self._write(row, found)
                except InvalidInput as error:
                    outcome.problems[index] = CellProblem(_column(error.field), row.title, str(error))
                    continue
                after = describe(MODELS[row.kind].objects.get(pk=pk))
                if before == after:
                    outcome.unchanged += 1
                    continue
                outcome.created += before is None
                outcome.updated += before is not None
                kept.append([row.kind, pk, before, after])
                if dry_run:
                    outcome.samples += self._tell(before, after)
            if dry_run:
                transaction.set_rollback(True)
            else:
                keep_for_undo(self.setting, kept)
        return outcome

    def conclude(self, result: ImportResult) -> None:
        """What the samples and counts say is all."""

    def _write(self, row: GroupRow, found: Any) -> int:
        actor, now = self.setting.actor, self.setting.now
        if row.kind == CATEGORY:
            one = found or create_category(title=row.title, parent_id=_find_parent(row), actor=actor, now=now)
            update_category(category_id=one.pk, **_words(row, one), actor=actor, now=now)
            translate_category(category_id=one.pk, texts=_texts(row, one))
        else:
            one = found or create_collection(
                title=row.title,
                is_automatic=row.rules is not None,
                kept_rules=_rules_here(row.rules or ()),
                match=row.match,
                actor=actor,
                now=now,
            )
            reword_collection(collection_id=one.pk, **_words(row, one), actor=actor, now=now)
            translate_collection(collection_id=one.pk, texts=_texts(row, one))
        return int(one.pk)

    def _tell(self, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Sample]:
        lines = []
        for name, label in LABELS.items():
            was, is_now = _spell((before or {}).get(name)), _spell(after[name])
            if was != is_now and (before is not None or name != "title"):
                lines.append((str(label), was, is_now))
        said, says = (before or {}).get("translations", {}), after["translations"]
        for language in sorted(said.keys() | says.keys()):
            for name in (one for one in WORDS if one in LABELS):
                was, is_now = (_spell(one.get(language, {}).get(name)) for one in (said, says))
                if was != is_now:
                    lines.append((f"{LABELS[name]} [{language}]", was, is_now))
        return [
            make_sample(after["title"], lines, is_new=before is None)
            for _one in self.sampler.pick([after], is_new=before is None)
        ]


def describe(row: Any) -> dict[str, Any]:
    """Return what an import may change of a collection or category, as plain values."""
    return {name: getattr(row, name) for name in (*WORDS, "translations")}


def put_group_back(
    kind: str, pk: int, before: Mapping[str, Any] | None, after: Mapping[str, Any], *, actor: str, now: datetime
) -> bool:
    """Undo what an import did to a collection or category; tell whether it was left, because somebody changed it since.

    One that the import made and that holds goods by now stays too.
    """
    found = MODELS[kind].objects.filter(pk=pk).first()
    if found is None:
        return False
    if describe(found) != after or (before is None and _is_used(kind, found)):
        return True
    if before is None:
        if kind == CATEGORY:
            delete_category(category_id=pk, actor=actor, now=now)
        else:
            delete_collection(collection_id=pk, actor=actor, now=now)
        return False
    words = {name: before[name] for name in WORDS}
    texts = {
        language: before["translations"].get(language, {})
        for language in {*before["translations"], *after["translations"]}
    }
    if kind == CATEGORY:
        update_category(category_id=pk, **words, actor=actor, now=now)
        translate_category(category_id=pk, texts=texts)
    else:
        reword_collection(collection_id=pk, **words, actor=actor, now=now)
        translate_collection(collection_id=pk, texts=texts)
    return False


def _is_used(kind: str, found: Any) -> bool:
    if kind == CATEGORY:
        return bool(found.numchild) or Product.objects.filter(category_id=found.pk).exists()
    return not found.is_automatic and CollectionProduct.objects.filter(collection=found).exists()


def _find(row: GroupRow) -> Any:
    """Return what the store has of it: by its address, else by its title in its place."""
    model = MODELS[row.kind]
    if row.handle and (found := model.objects.filter(handle=row.handle).first()):
        return found
    if row.kind == COLLECTION:
        return Collection.objects.filter(title=row.title).order_by("pk").first()
    return _find_at((*row.parent, row.title))


def _find_at(path: Sequence[str]) -> Any:
    """Return the category at the end of a path of titles."""
    found, above = None, ""
    for depth, title in enumerate(path, start=1):
        found = Category.objects.filter(depth=depth, path__startswith=above, title=title).first()
        if found is None:
            return None
        above = found.path
    return found


def _find_parent(row: GroupRow) -> int | None:
    if not row.parent:
        return None
    parent = _find_at(row.parent)
    if parent is None:
        raise CategoryRefused(_("There is no such category. Put its row before those under it."), field="parent")
    return int(parent.pk)


def _words(row: GroupRow, one: Any) -> dict[str, Any]:
    held = {name: getattr(one, name) for name in WORDS}
    return {**held, **row.fields, "title": row.title, "handle": row.handle or one.handle}


def _texts(row: GroupRow, one: Any) -> dict[str, dict[str, str]]:
    """Return each named language's words, laid over those that are there."""
    return {language: {**one.translations.get(language, {}), **words} for language, words in row.texts.items()}


def _rules_here(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rules with this store's own categories in them."""
    named = [rule["value"] for rule in rules if rule["field"] == CATEGORY]
    here = dict(Category.objects.filter(handle__in=named).values_list("handle", "pk"))
    if missing := [handle for handle in named if handle not in here]:
        raise CollectionRefused(
            _("A rule names the category “%(handle)s”, which is not here. Put its row before this one.")
            % {"handle": missing[0]},
            field="rules",
        )
    return [{**rule, "value": here[rule["value"]]} if rule["field"] == CATEGORY else dict(rule) for rule in rules]


def _column(field: str | None) -> str:
    return {"description_html": "description", "is_visible": "visible"}.get(field or "", field or "title")


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return pgettext("custom field", "Yes") if value else pgettext("custom field", "No")
    return shorten(strip_tags(str(value or "")))
