"""What goods are sorted by: categories, collections, tax classes and custom fields, made where a source names new ones."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max

from core.ids import new_token
from storefront.catalog.bulk.rows import ProductRow
from storefront.catalog.enums import FieldOwner, FieldType
from storefront.catalog.models import Category, Collection, CollectionProduct, CustomField, TaxClass
from storefront.catalog.services.text import slugify_title

DEEPEST = 10
_TRUE = {"true", "yes", "1"}


class Sorting:
    """Knows what a batch of rows names, by name; one reading each of what is there, one writing of what is not."""

    def __init__(self, rows: Sequence[ProductRow]) -> None:
        self._categories = _find_categories({row.category[:DEEPEST] for row in rows if row.category})
        self._collections = _find_collections({title for row in rows for title in row.collections or ()})
        codes = {one.tax_class for row in rows for one in row.variants if one.tax_class}
        self._tax_classes = _find_tax_classes(codes) if codes else {}
        names = {key: name for row in rows for key, name in row.custom_names.items()}
        self._fields = {
            FieldOwner.PRODUCT.value: _find_fields(FieldOwner.PRODUCT, (row.custom for row in rows), names),
            FieldOwner.VARIANT.value: _find_fields(
                FieldOwner.VARIANT, (one.custom for row in rows for one in row.variants), names
            ),
        }

    def category_id(self, path: tuple[str, ...]) -> int | None:
        """Return the category at the end of a path of titles; None for no path."""
        return self._categories[path[:DEEPEST]] if path else None

    def tax_class_id(self, code: str) -> int | None:
        """Return the tax class of a code; None for the standard one."""
        return self._tax_classes.get(code)

    def answers(self, owner: str, before: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
        """Return the answers to custom fields, with those that are given laid over those that were; empty ones go."""
        merged = dict(before)
        for key, text in given.items():
            if text:
                merged[key] = _read_answer(self._fields[owner].get(key, FieldType.TEXT), text)
            else:
                merged.pop(key, None)
        return merged

    def put_into_collections(self, rows: Sequence[ProductRow], ids: Mapping[str, int]) -> None:
        """Put products into exactly the collections by hand that their rows name."""
        named = {
            ids[row.handle]: {self._collections[t] for t in row.collections}
            for row in rows
            if row.collections is not None
        }
        if not named:
            return
        places = CollectionProduct.objects.filter(product_id__in=named, collection__is_automatic=False)
        held = set(places.values_list("product_id", "collection_id"))
        wanted = {(product_id, pk) for product_id, pks in named.items() for pk in pks}
        gone = [
            pk for pk, *pair in places.values_list("pk", "product_id", "collection_id") if tuple(pair) not in wanted
        ]
        CollectionProduct.objects.filter(pk__in=gone).delete()
        last = {
            one["collection_id"]: one["last"]
            for one in CollectionProduct.objects.order_by().values("collection_id").annotate(last=Max("position"))
        }
        fresh = []
        for product_id, collection_id in ((p, c) for p, pks in named.items() for c in sorted(pks)):
            if (product_id, collection_id) not in held:
                last[collection_id] = last.get(collection_id, 0) + 1
                fresh.append(
                    CollectionProduct(product_id=product_id, collection_id=collection_id, position=last[collection_id])
                )
        CollectionProduct.objects.bulk_create(fresh, ignore_conflicts=True)


def _find_categories(paths: set[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """Return the category of each path, making the branches that are missing."""
    if not paths:
        return {}
    found: dict[tuple[str, ...], Category] = {}
    titles: dict[str, tuple[str, ...]] = {}
    for category in Category.objects.all():
        above = titles.get(category.path[: -Category.steplen], ())
        titles[category.path] = (*above, category.title)
        found.setdefault(titles[category.path], category)
    handles = {category.handle for category in found.values()}
    for path in sorted(paths):
        for depth in range(1, len(path) + 1):
            if path[:depth] in found:
                continue
            handle = _free_handle(path[depth - 1], handles)
            handles.add(handle)
            values = {"title": path[depth - 1][:255], "handle": handle}
            parent = found.get(path[: depth - 1])
            if parent is not None:
                # The tree's library counts children on the object it was given.
                parent = Category.objects.get(pk=parent.pk)
            found[path[:depth]] = (
                Category.objects.add_child(parent, values) if parent is not None else Category.objects.add_root(values)
            )
    return {path: found[path].pk for path in paths}


def _find_collections(titles: set[str]) -> dict[str, int]:
    if not titles:
        return {}
    by_hand = Collection.objects.filter(is_automatic=False)
    found = dict(by_hand.filter(title__in=titles).order_by("-pk").values_list("title", "pk"))
    handles = set(Collection.objects.values_list("handle", flat=True))
    fresh = []
    for title in sorted(titles - set(found)):
        handle = _free_handle(title, handles)
        handles.add(handle)
        fresh.append(Collection(title=title, handle=handle))
    return found | {one.title: one.pk for one in Collection.objects.bulk_create(fresh)}


def _find_tax_classes(codes: set[str]) -> dict[str, int]:
    by_code = {slugify_title(code)[:40] or "class": code for code in sorted(codes)}
    TaxClass.objects.bulk_create(
        [TaxClass(code=plain, name=code[:120]) for plain, code in by_code.items()], ignore_conflicts=True
    )
    return {by_code[plain]: pk for plain, pk in TaxClass.objects.filter(code__in=by_code).values_list("code", "pk")}


def _find_fields(
    owner: FieldOwner, answers: Iterable[Mapping[str, str] | None], names: Mapping[str, str]
) -> dict[str, str]:
    """Return the type of each custom field that has an answer, making those that are new as plain texts."""
    keys = list(dict.fromkeys(key for given in answers if given for key, text in given.items() if text))
    if not keys:
        return {}
    held = dict(CustomField.objects.filter(owner=owner).values_list("key", "type"))
    last = CustomField.objects.filter(owner=owner).aggregate(last=Max("position"))["last"] or 0
    CustomField.objects.bulk_create(
        [
            CustomField(owner=owner, key=key, name=names.get(key, key)[:120], type=FieldType.TEXT, position=last + at)
            for at, key in enumerate((key for key in keys if key not in held), start=1)
        ],
        ignore_conflicts=True,
    )
    return {key: held.get(key, FieldType.TEXT.value) for key in keys}


def _read_answer(kind: str, text: str) -> Any:
    """Return an answer as its field keeps it; a text that is none stays a text."""
    if kind == FieldType.BOOLEAN:
        return text.lower() in _TRUE
    if kind == FieldType.INTEGER and text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        return int(text[:18])
    return text


def _free_handle(title: str, taken: set[str]) -> str:
    base = slugify_title(title) or f"group-{new_token()[:8]}"
    handle, number = base, 2
    while handle in taken:
        handle, number = f"{base}-{number}", number + 1
    return handle
