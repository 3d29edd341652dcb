"""Write goods as they were; the caller has locked them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.events import publish
from storefront.catalog.events import HandleChanged, ManyStockAsked, ProductChanged
from storefront.catalog.models import (
    Category,
    ChangeRow,
    Collection,
    CollectionProduct,
    ListPrice,
    PriceList,
    Product,
    ProductImage,
    ProductVariant,
    TaxClass,
)
from storefront.catalog.services.changes.snapshots import LIST_PRICES, STOCK, VARIANT_COLUMNS, Snapshot, read_costs
from storefront.catalog.services.fixed_prices import FixedPrice, write_fixed_prices
from storefront.catalog.services.pictures import clear_picture
from storefront.catalog.services.summary import refresh_product_summary
from storefront.catalog.services.variant_rows import write_variants

_MOMENTS, _DECIMALS = {"published_at"}, {"unit_amount", "base_amount"}
_NAMES: dict[str, str | Promise] = {
    "title": _("Title"),
    "handle": _("Address"),
    "description_html": _("Description"),
    "status": _("Status"),
    "vendor": _("Brand"),
    "product_type": _("Kind"),
    "category_id": _("Category"),
    "tags": _("Tags"),
    "option_names": _("Options"),
    "option_values": _("Options"),
    "price_amount": _("Price"),
    "compare_at_amount": _("Compare-at price"),
    "cost_amount": _("Cost"),
    "sku": _("SKU"),
    "barcode": _("Barcode"),
    "custom_fields": _("Custom fields"),
    "translations": _("Translations"),
    "collections": _("Collections"),
    LIST_PRICES: _("Prices in other currencies"),
}


def find_changed_again(row: ChangeRow, current: Snapshot) -> list[str]:
    """Name what the deed changed and somebody has changed again since; stock and places in an order do not count.

    What is already as it was before counts as unchanged.
    """
    before, after = row.before or {}, row.after or {}
    found = _changed(before.get("product", {}), after.get("product", {}), current["product"])
    for pk, was in before.get("variants", {}).items():
        became, now_is = after["variants"][pk], current["variants"].get(pk)
        if became is None or (was is None and now_is is None):
            continue
        if now_is is None:
            found.append("option_values")
        else:
            found += _changed(was or became, became, now_is)
    for pk, was in before.get("images", {}).items():
        became, now_is = after["images"][pk], current["images"].get(pk)
        if was and became and now_is:
            found += _changed(was, became, now_is)
    if "collections" in before and not (
        current["collections"].keys() in (before["collections"].keys(), after["collections"].keys())
        or _same_places(before["collections"], after["collections"], current["collections"])
    ):
        found.append("collections")
    return [str(_NAMES.get(name, name)) for name in dict.fromkeys(found)]


def restore_rows(
    *,
    rows: Sequence[ChangeRow],
    products: Mapping[int, Product],
    current: Mapping[int, Snapshot],
    actor: str,
    now: datetime,
) -> None:
    """Write what these rows say was before, in a number of statements that does not grow with the rows."""
    with transaction.atomic():
        moved = _restore_products(rows, products, now)
        stock = _restore_variants(rows, current, actor, now)
        _restore_images(rows)
        _restore_collections(rows, current)
        ids = tuple(row.product_id for row in rows)
        refresh_product_summary(ids)
        if stock:
            publish(ManyStockAsked(rows=tuple(stock), actor=actor, now=now))
        for event in moved:
            publish(event)
        publish(ProductChanged(ids))


def _changed(before: Snapshot, after: Snapshot, current: Snapshot) -> list[str]:
    return [
        name
        for name, value in after.items()
        if name not in (STOCK, "position") and current.get(name) != value and current.get(name) != before.get(name)
    ]


def _same_places(before: Snapshot, after: Snapshot, current: Snapshot) -> bool:
    """Tell whether those collections that the deed took the product into or out of still say the same."""
    differing = before.keys() ^ after.keys()
    return all((pk in current) in ((pk in before), (pk in after)) for pk in differing)


def _restore_products(rows: Sequence[ChangeRow], products: Mapping[int, Product], now: datetime) -> list[HandleChanged]:
    categories = _still_there(Category, [_of(row).get("category_id") for row in rows])
    moved, columns = [], {"updated_at"}
    for row in rows:
        product, was = products[row.product_id], _of(row)
        if "handle" in was and was["handle"] != product.handle:
            moved.append(HandleChanged(kind="product", old_handle=product.handle, new_handle=was["handle"]))
        for name, value in was.items():
            if name == "category_id" and value not in categories:
                value = None  # noqa: PLW2901
            setattr(product, name, _read(name, value))
        product.updated_at = now
        columns |= {name.removesuffix("_id") for name in was}
    Product.objects.bulk_update([products[row.product_id] for row in rows], sorted(columns), batch_size=200)
    return moved


@dataclass(slots=True)
class _Variants:
    """What is to be done: `made` go, `gone` come back (product id, values), `changed` get their values; `stock` follows."""

    made: list[int] = field(default_factory=list)
    gone: dict[int, tuple[int, Snapshot]] = field(default_factory=dict)
    changed: dict[int, Snapshot] = field(default_factory=dict)
    stock: list[tuple[int, int | None]] = field(default_factory=list)

    def add(self, row: ChangeRow, here: Snapshot) -> None:
        after = (row.after or {}).get("variants", {})
        for pk, was in (row.before or {}).get("variants", {}).items():
            if was is None:
                self.made.append(int(pk))
            elif pk not in here:
                self.gone[int(pk)] = (row.product_id, was)
                self.stock.append((int(pk), was[STOCK]))
            else:
                self.changed[int(pk)] = was
                if STOCK in was and after[pk] is not None:
                    self.stock.append((int(pk), here[pk][STOCK] + was[STOCK] - after[pk][STOCK]))


def _restore_variants(
    rows: Sequence[ChangeRow], current: Mapping[int, Snapshot], actor: str, now: datetime
) -> list[tuple[int, int | None]]:
    """Write the variants and return the stock each is to have."""
    work = _Variants()
    for row in rows:
        work.add(row, current[row.product_id]["variants"])
    ProductVariant.objects.filter(pk__in=work.made).delete()
    values = _fitting({**work.changed, **{pk: was for pk, (_product_id, was) in work.gone.items()}})
    found = list(ProductVariant.objects.filter(pk__in=work.changed))
    for variant in found:
        for name, value in values[variant.pk].items():
            setattr(variant, name, value)
    columns = {name.removesuffix("_id") for variant in found for name in values[variant.pk]}
    write_variants(found, sorted(columns))
    ProductVariant.objects.bulk_create(
        [ProductVariant(pk=pk, product_id=product_id, **values[pk]) for pk, (product_id, _was) in work.gone.items()]
    )
    put_back = {**work.changed, **{pk: was for pk, (_product_id, was) in work.gone.items()}}
    _restore_list_prices(put_back, current, actor, now)
    return work.stock


def _fitting(variants: Mapping[int, Snapshot]) -> dict[int, dict[str, Any]]:
    """Return the columns' values by variant, without what names a tax class or a picture that is gone."""
    there = {
        "tax_class_id": _still_there(TaxClass, [was.get("tax_class_id") for was in variants.values()]),
        "image_id": _still_there(ProductImage, [was.get("image_id") for was in variants.values()]),
    }
    return {
        pk: {
            name: _read(name, was[name])
            for name in VARIANT_COLUMNS
            if name in was and (name not in there or was[name] in there[name])
        }
        for pk, was in variants.items()
    }


def _restore_list_prices(
    variants: Mapping[int, Snapshot], current: Mapping[int, Snapshot], actor: str, now: datetime
) -> None:
    wanted = {pk: was[LIST_PRICES] for pk, was in variants.items() if LIST_PRICES in was}
    if not wanted:
        return
    named = {int(one) for prices in wanted.values() for one in prices}
    now_in = ListPrice.objects.filter(variant_id__in=wanted).values_list("price_list_id", flat=True)
    lists = _still_there(PriceList, named.union(now_in))
    write_fixed_prices(
        prices={
            one: {pk: _read_price(prices.get(str(one))) for pk, prices in wanted.items()}
            for one in lists
            if one is not None
        },
        cost_before=read_costs(current),
        actor=actor,
        now=now,
    )


def _read_price(kept: Sequence[Any] | None) -> FixedPrice | None:
    return (kept[0], kept[1]) if kept is not None else None


def _restore_images(rows: Sequence[ChangeRow]) -> None:
    """Take away what the deed added and describe anew what it described; a picture that was deleted is gone for good."""
    parts = [(row.before or {}).get("images", {}) for row in rows]
    added = [int(pk) for part in parts for pk, was in part.items() if was is None]
    changed = {int(pk): was for part in parts for pk, was in part.items() if was}
    paths = [path for path in ProductImage.objects.filter(pk__in=added).values_list("path", flat=True) if path]
    ProductImage.objects.filter(pk__in=added).delete()
    found = list(ProductImage.objects.filter(pk__in=changed))
    for image in found:
        for name, value in changed[image.pk].items():
            setattr(image, name, value)
    if found:
        ProductImage.objects.bulk_update(found, ["position", "alt", "translations"])
    for path in paths:
        transaction.on_commit(partial(clear_picture, path))


def _restore_collections(rows: Sequence[ChangeRow], current: Mapping[int, Snapshot]) -> None:
    wanted = {
        row.product_id: (row.before["collections"], (row.after or {}).get("collections", {}))
        for row in rows
        if row.before and "collections" in row.before
    }
    by_hand = set(
        Collection.objects.filter(
            pk__in={int(pk) for before, after in wanted.values() for pk in before.keys() | after.keys()},
            is_automatic=False,
        ).values_list("pk", flat=True)
    )
    fresh = []
    for product_id, (before, after) in wanted.items():
        left = [int(pk) for pk in after if pk not in before]
        CollectionProduct.objects.filter(product_id=product_id, collection_id__in=left).delete()
        fresh += [
            CollectionProduct(collection_id=int(pk), product_id=product_id, position=position)
            for pk, position in before.items()
            if int(pk) in by_hand and pk not in current[product_id]["collections"]
        ]
    CollectionProduct.objects.bulk_create(fresh, ignore_conflicts=True)


def _of(row: ChangeRow) -> dict[str, Any]:
    return (row.before or {}).get("product", {})  # type: ignore[no-any-return]


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _MOMENTS:
        return datetime.fromisoformat(value)
    return Decimal(value) if name in _DECIMALS else value


def _still_there(model: type[Model], ids: Iterable[int | None]) -> set[int | None]:
    """Return those of the ids that rows have, and None."""
    wanted = {pk for pk in ids if pk is not None}
    found: set[int | None] = {None}
    if wanted:
        found |= set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))
    return found
