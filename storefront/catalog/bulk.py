"""Create and change many products at once, by handle, in a fixed number of statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Product, ProductImage, ProductVariant
from storefront.catalog.services import refresh_product_summary, sanitize_html


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One version. `fields` holds the model's columns that the source names; `title` is empty for the only version."""

    title: str
    option_values: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class ImageRow:
    """Where a picture can be fetched; `position` 0 means after the others."""

    source_url: str
    position: int = 0
    alt: str = ""


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product as a source describes it. All rows of one call name the same columns in `fields`.

    A column that is not named keeps its value on a product that exists; `description_html` is cleaned here.
    """

    handle: str
    fields: Mapping[str, Any]
    option_names: tuple[str, ...] = ()
    variants: Sequence[VariantRow] = ()
    images: Sequence[ImageRow] = ()


@dataclass(frozen=True, slots=True)
class UpsertedProducts:
    """What `upsert_products` did; `stock` holds (variant id, quantity to sell or None to leave it) of every variant."""

    created: int
    updated: int
    product_ids: tuple[int, ...]
    stock: tuple[tuple[int, int | None], ...]


def find_existing_handles(handles: Collection[str]) -> set[str]:
    """Return those of the handles that products have."""
    return set(Product.objects.filter(handle__in=handles).values_list("handle", flat=True))


def upsert_products(*, rows: Sequence[ProductRow], now: datetime) -> UpsertedProducts:
    """Create or change products with their variants and picture addresses; handles must not repeat within `rows`.

    Variants are matched by their option values and none is deleted. Stock is the caller's to set and the event
    `ProductChanged` the caller's to publish, after it.
    """
    with transaction.atomic():
        handles = [row.handle for row in rows]
        existing = {
            product.handle: product
            for product in Product.objects.select_for_update().filter(handle__in=handles).order_by("pk")
        }
        ids = _write_products(rows, existing, now)
        stock = _write_variants(rows, ids)
        _write_images(rows, ids)
        refresh_product_summary(ids.values())
    return UpsertedProducts(
        created=len(rows) - len(existing),
        updated=len(existing),
        product_ids=tuple(ids[handle] for handle in handles),
        stock=tuple(stock),
    )


def _write_products(rows: Sequence[ProductRow], existing: Mapping[str, Product], now: datetime) -> dict[str, int]:
    """Write the product rows and return their ids by handle."""
    products = []
    for row in rows:
        values = dict(row.fields)
        if "description_html" in values:
            values["description_html"] = sanitize_html(values["description_html"])
        before = existing.get(row.handle)
        if before is None:
            values.setdefault("status", ProductStatus.ACTIVE)
        status = values.get("status", before.status if before else ProductStatus.ACTIVE)
        published_at = before.published_at if before else None
        if published_at is None and status == ProductStatus.ACTIVE:
            published_at = now
        options = list(row.option_names) if row.option_names or before is None else before.option_names
        products.append(
            Product(
                handle=row.handle,
                option_names=options,
                created_at=now,
                updated_at=now,
                published_at=published_at,
                **values,
            )
        )
    named = {name for row in rows for name in row.fields}
    Product.objects.bulk_create(
        products,
        update_conflicts=True,
        unique_fields=["handle"],
        update_fields=sorted(named | {"option_names", "updated_at", "published_at"}),
    )
    return dict(Product.objects.filter(handle__in=[row.handle for row in rows]).values_list("handle", "pk"))


def _write_variants(rows: Sequence[ProductRow], ids: Mapping[str, int]) -> list[tuple[int, int | None]]:
    """Write the variants and return what stock each should have."""
    held: dict[int, dict[str, ProductVariant]] = {}
    for variant in ProductVariant.objects.filter(product_id__in=ids.values()).order_by("product_id", "position"):
        held.setdefault(variant.product_id, {})[variant.title] = variant
    wanted: list[ProductVariant] = []
    quantities: dict[tuple[int, str], tuple[int | None, bool]] = {}
    for row in rows:
        product_id = ids[row.handle]
        mine = held.get(product_id, {})
        _rename_only_variant(row, mine)
        last = max((variant.position for variant in mine.values()), default=0)
        for new in row.variants:
            before = mine.get(new.title)
            if before is None:
                last += 1
            wanted.append(
                ProductVariant(
                    product_id=product_id,
                    title=new.title,
                    option_values=list(new.option_values),
                    position=before.position if before else last,
                    **{"price_amount": before.price_amount if before else 0, **new.fields},
                )
            )
            quantities[product_id, new.title] = (new.quantity, before is None)
    named = {name for row in rows for variant in row.variants for name in variant.fields}
    ProductVariant.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["product", "title"],
        update_fields=sorted(named | {"option_values"}),
    )
    stock = []
    for pk, product_id, title in ProductVariant.objects.filter(product_id__in=ids.values()).values_list(
        "pk", "product_id", "title"
    ):
        if (product_id, title) in quantities:
            quantity, is_new = quantities[product_id, title]
            stock.append((pk, 0 if quantity is None and is_new else quantity))
    return stock


def _rename_only_variant(row: ProductRow, mine: dict[str, ProductVariant]) -> None:
    """Let the first version named take over the unnamed one, so that a product that gains options keeps no ghost."""
    if set(mine) != {""} or not row.variants or not row.variants[0].title:
        return
    only = mine.pop("")
    only.title = row.variants[0].title
    ProductVariant.objects.filter(pk=only.pk).update(title=only.title)
    mine[only.title] = only


def _write_images(rows: Sequence[ProductRow], ids: Mapping[str, int]) -> None:
    """Note where the pictures are; those that are known by their address get the new text only."""
    with_images = [row for row in rows if row.images]
    if not with_images:
        return
    held: dict[int, dict[str, ProductImage]] = {}
    last: dict[int, int] = {}
    for image in ProductImage.objects.filter(product_id__in=[ids[row.handle] for row in with_images]):
        last[image.product_id] = max(last.get(image.product_id, 0), image.position)
        held.setdefault(image.product_id, {})[image.source_url] = image
    fresh, changed = [], []
    for row in with_images:
        product_id = ids[row.handle]
        for new in row.images:
            before = held.get(product_id, {}).get(new.source_url)
            if before is None:
                last[product_id] = max(last.get(product_id, 0) + 1, new.position)
                fresh.append(
                    ProductImage(
                        product_id=product_id,
                        position=last[product_id],
                        source_url=new.source_url,
                        alt=new.alt,
                        path="",
                        width=0,
                        height=0,
                    )
                )
            elif before.alt != new.alt:
                before.alt = new.alt
                changed.append(before)
    ProductImage.objects.bulk_create(fresh)
    ProductImage.objects.bulk_update(changed, ["alt"])
