"""Create and change many products at once, by handle, in a fixed number of statements."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from storefront.catalog.bulk.images import write_images, write_variant_images
from storefront.catalog.bulk.rows import ProductRow, UpsertedProducts
from storefront.catalog.bulk.sorting import Sorting
from storefront.catalog.bulk.texts import write_texts
from storefront.catalog.bulk.variants import write_variants
from storefront.catalog.enums import ProductStatus
from storefront.catalog.locks import lock_products
from storefront.catalog.models import Product
from storefront.catalog.services import refresh_product_summary, sanitize_html


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
        known = Product.objects.filter(handle__in=handles).values_list("pk", flat=True)
        existing = {product.handle: product for product in lock_products(known)}
        sorting = Sorting(rows)
        ids = _write_products(rows, existing, sorting, now)
        stock = write_variants(rows, ids, sorting)
        write_texts(rows, ids)
        write_images(rows, ids)
        write_variant_images(rows, ids)
        sorting.put_into_collections(rows, ids)
        refresh_product_summary(ids.values())
    return UpsertedProducts(
        created=len(rows) - len(existing),
        updated=len(existing),
        product_ids=tuple(ids[handle] for handle in handles),
        stock=tuple(stock),
    )


def _write_products(
    rows: Sequence[ProductRow], existing: Mapping[str, Product], sorting: Sorting, now: datetime
) -> dict[str, int]:
    """Write the product rows and return their ids by handle."""
    products = []
    for row in rows:
        values = dict(row.fields)
        if "description_html" in values:
            values["description_html"] = sanitize_html(values["description_html"])
        before = existing.get(row.handle)
        if row.category is not None:
            values["category_id"] = sorting.category_id(row.category)
        if row.custom is not None:
            values["custom_fields"] = sorting.answers("product", before.custom_fields if before else {}, row.custom)
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
    named |= {"category"} if any(row.category is not None for row in rows) else set()
    named |= {"custom_fields"} if any(row.custom is not None for row in rows) else set()
    Product.objects.bulk_create(
        products,
        update_conflicts=True,
        unique_fields=["handle"],
        update_fields=sorted(named | {"option_names", "updated_at", "published_at"}),
    )
    return dict(Product.objects.filter(handle__in=[row.handle for row in rows]).values_list("handle", "pk"))
