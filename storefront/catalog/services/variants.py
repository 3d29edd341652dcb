"""The versions of a product: price, stock keeping unit, options."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext_lazy as _

from core.events import publish
from storefront.catalog.errors import ProductNotFound, VariantRefused
from storefront.catalog.events import ProductChanged, StockAsked
from storefront.catalog.gift_cards import GIFT_CARD
from storefront.catalog.locks import lock_product
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.services.products import check_price
from storefront.catalog.services.summary import refresh_product_summary

MAXIMUM_OPTIONS = 3
MAXIMUM_VARIANTS = 100
MAXIMUM_STOCK = 1_000_000

logger = logging.getLogger(__name__)


def update_variant(
    *,
    variant_id: int,
    price_amount: int,
    compare_at_amount: int | None,
    sku: str,
    actor: str,
    now: datetime,
    tracks_stock: bool = True,
    sells_when_out: bool = False,
    requires_shipping: bool = True,
    weight_grams: int = 0,
) -> ProductVariant:
    """Write a variant's price (minor units), stock keeping unit and how it is sold.

    Raises: ProductNotFound, PriceRefused, VariantRefused.
    """
    check_price(price_amount, compare_at_amount)
    if weight_grams < 0:
        raise VariantRefused(_("A weight cannot be below zero."), field="weight")
    with transaction.atomic():
        variant = _find_variant(variant_id)
        product = lock_product(variant.product_id)
        variant.price_amount = price_amount
        variant.compare_at_amount = compare_at_amount
        variant.sku = sku.strip()
        variant.tracks_stock = tracks_stock
        variant.sells_when_out = sells_when_out
        variant.requires_shipping = requires_shipping
        variant.weight_grams = weight_grams
        variant.save(
            update_fields=[
                *("price_amount", "compare_at_amount", "sku", "tracks_stock"),
                *("sells_when_out", "requires_shipping", "weight_grams"),
            ]
        )
        _touch(product, actor, now)
    return variant


def add_variant(
    *,
    product_id: int,
    option_names: Sequence[str],
    option_values: Sequence[str],
    price_amount: int,
    actor: str,
    now: datetime,
    compare_at_amount: int | None = None,
    sku: str = "",
) -> ProductVariant:
    """Add a version such as Color: Red, Size: Large.

    The single variant of a product without options becomes the first version: it takes the values itself.
    Raises: ProductNotFound, PriceRefused, VariantRefused for values that are missing or there already.
    """
    check_price(price_amount, compare_at_amount)
    values = [value.strip() for value in option_values]
    with transaction.atomic():
        product = lock_product(product_id)
        _set_option_names(product, [name.strip() for name in option_names])
        if len(values) != len(product.option_names) or not all(values):
            raise VariantRefused(_("Give a value for each option."), field="option")
        title = " / ".join(values)
        if ProductVariant.objects.filter(product=product, title=title).exists():
            raise VariantRefused(_("There is already a version “%(title)s”.") % {"title": title}, field="option")
        only = ProductVariant.objects.filter(product=product, option_values=[]).first()
        if only is not None:
            only.option_values, only.title = values, title
            only.price_amount, only.compare_at_amount = price_amount, compare_at_amount
            only.sku = sku.strip() or only.sku
            only.save()
            _touch(product, actor, now)
            return only
        if ProductVariant.objects.filter(product=product).count() >= MAXIMUM_VARIANTS:
            raise VariantRefused(_("A product has at most 100 versions."), field="option")
        own = ProductVariant.objects.filter(product=product)
        last = own.aggregate(last=Max("position"))["last"] or 0
        kind = GIFT_CARD if own.filter(is_gift_card=True).exists() else {}
        variant = ProductVariant.objects.create(
            product=product,
            position=last + 1,
            title=title,
            option_values=values,
            price_amount=price_amount,
            compare_at_amount=compare_at_amount,
            sku=sku.strip(),
            **kind,
        )
        _touch(product, actor, now)
    return variant


def remove_variant(*, variant_id: int, actor: str, now: datetime) -> None:
    """Delete a version; the last one stays.

    Raises: ProductNotFound, VariantRefused.
    """
    with transaction.atomic():
        variant = _find_variant(variant_id)
        product = lock_product(variant.product_id)
        if ProductVariant.objects.filter(product=product).count() < 2:
            raise VariantRefused(_("A product keeps at least one version. Archive the product instead."))
        try:
            variant.delete()
        except ProtectedError as error:
            raise VariantRefused(
                _("“%(title)s” is part of a set of goods. Take it out of the set first.") % {"title": variant.title},
                field="option",
            ) from error
        _touch(product, actor, now)


def ask_for_stock(*, variant_id: int, quantity: int, actor: str, now: datetime) -> None:
    """Say how many units of a variant there are to sell; inventory writes it down.

    Raises: VariantRefused.
    """
    if not 0 <= quantity <= MAXIMUM_STOCK:
        raise VariantRefused(_("Stock is a whole number from 0 to 1,000,000."), field="quantity")
    with transaction.atomic():
        publish(StockAsked(variant_id=variant_id, quantity=quantity, actor=actor, now=now))


def _find_variant(variant_id: int) -> ProductVariant:
    variant = ProductVariant.objects.filter(pk=variant_id).first()
    if variant is None:
        raise ProductNotFound(_("This version is gone. Somebody may have deleted it a moment ago."))
    return variant


def _set_option_names(product: Product, names: list[str]) -> None:
    if product.option_names:
        return
    if not names or not all(names) or len(names) > MAXIMUM_OPTIONS or len(set(names)) != len(names):
        raise VariantRefused(_("Name one to three options, each once: Color, Size."), field="option")
    product.option_names = names


def _touch(product: Product, actor: str, now: datetime) -> None:
    product.updated_at = now
    product.save(update_fields=["updated_at", "option_names"])
    refresh_product_summary([product.pk])
    publish(ProductChanged((product.pk,)))
    logger.info("versions of product %s changed by %s", product.pk, actor)
