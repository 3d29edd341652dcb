"""Edit one variant, many of them, or all: the product page, the grid and bulk actions write through here."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.events import publish
from storefront.catalog.errors import ProductNotFound, VariantRefused, VariantsRefused
from storefront.catalog.events import ManyStockAsked, ProductChanged
from storefront.catalog.locks import lock_products
from storefront.catalog.models import Product, ProductImage, ProductVariant, TaxClass
from storefront.catalog.services.summary import refresh_product_summary
from storefront.catalog.services.variant_checks import apply_edit
from storefront.catalog.services.variant_rows import write_variants

MAXIMUM_STOCK = 1_000_000

logger = logging.getLogger(__name__)


def edit_variants(*, edits: Mapping[int, Mapping[str, Any]], actor: str, now: datetime) -> list[int]:
    """Write columns of many variants of any products, all or none, and return the ids of the products that changed.

    `edits` is `{variant id: {column: value}}` with the columns of `variant_checks.EDITABLE` and `quantity`, the units to sell
    (None leaves them). Amounts are minor units, weights grams, measures Decimal. What is not named stays.
    Raises: VariantsRefused with the refusal of each; ProductNotFound when a variant is gone. Nothing is done then.
    """
    with transaction.atomic():
        variants = _lock_variants(edits)
        changed, columns, stock = _apply(variants, edits)
        product_ids = sorted({variant.product_id for variant in changed} | {one[0] for one in stock.values()})
        if not product_ids:
            return []
        write_variants(changed, sorted(columns))
        Product.objects.filter(pk__in=product_ids).update(updated_at=now)
        refresh_product_summary(product_ids)
        if stock:
            rows = tuple((pk, quantity) for pk, (_product_id, quantity) in stock.items())
            publish(ManyStockAsked(rows=rows, actor=actor, now=now))
        publish(ProductChanged(tuple(product_ids)))
    logger.info("%s variants of %s products changed by %s", len(changed), len(product_ids), actor)
    return product_ids


def edit_all_variants(
    *, product_id: int, edit: Mapping[str, Any], actor: str, now: datetime, variant_ids: Sequence[int] | None = None
) -> list[int]:
    """Write the same columns to all variants of a product, or to those of `variant_ids` that are its own.

    Raises: as `edit_variants`.
    """
    with transaction.atomic():
        lock_products([product_id])
        own = ProductVariant.objects.filter(product_id=product_id)
        if variant_ids is not None:
            own = own.filter(pk__in=list(variant_ids))
        return edit_variants(edits=dict.fromkeys(own.values_list("pk", flat=True), edit), actor=actor, now=now)


def _lock_variants(edits: Mapping[int, Mapping[str, Any]]) -> list[ProductVariant]:
    ids = sorted(edits)
    lock_products(sorted(set(ProductVariant.objects.filter(pk__in=ids).values_list("product_id", flat=True))))
    variants = list(ProductVariant.objects.filter(pk__in=ids).order_by("pk"))
    if len(variants) < len(ids):
        raise ProductNotFound(_("This version is gone. Somebody may have deleted it a moment ago."))
    return variants


def _apply(
    variants: Sequence[ProductVariant], edits: Mapping[int, Mapping[str, Any]]
) -> tuple[list[ProductVariant], set[str], dict[int, tuple[int, int]]]:
    """Set what is asked for; return the variants that differ, the columns, and (product, quantity) by variant."""
    problems: dict[int, InvalidInput] = {}
    changed, columns = [], set()
    stock: dict[int, tuple[int, int]] = {}
    for variant in variants:
        edit = edits[variant.pk]
        try:
            names = apply_edit(variant, edit)
            quantity = _read_quantity(edit.get("quantity"))
        except InvalidInput as error:
            problems[variant.pk] = error
            continue
        if names:
            changed.append(variant)
            columns |= names
        if quantity is not None and quantity != variant.available_count:
            stock[variant.pk] = (variant.product_id, quantity)
    problems |= _missing(changed)
    if problems:
        raise VariantsRefused(problems)
    return changed, {name.removesuffix("_id") for name in columns}, stock


def _read_quantity(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= MAXIMUM_STOCK:
        raise VariantRefused(_("Stock is a whole number from 0 to 1,000,000."), field="quantity")
    return value


def _missing(variants: Iterable[ProductVariant]) -> dict[int, InvalidInput]:
    """Refuse tax classes that are gone and pictures that are not the product's own."""
    problems: dict[int, InvalidInput] = {}
    rows = list(variants)
    classes = {one.tax_class_id for one in rows if one.tax_class_id}
    classes -= set(TaxClass.objects.filter(pk__in=classes).values_list("pk", flat=True)) if classes else set()
    images = {one.image_id for one in rows if one.image_id}
    own = dict(ProductImage.objects.filter(pk__in=images).values_list("pk", "product_id")) if images else {}
    for one in rows:
        if one.tax_class_id in classes:
            problems[one.pk] = VariantRefused(_("This tax class is gone. Choose another one."), field="tax_class")
        elif one.image_id and own.get(one.image_id) != one.product_id:
            problems[one.pk] = VariantRefused(_("Choose one of the product’s own pictures."), field="image")
    return problems
