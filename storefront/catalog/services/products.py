"""Products: made, changed, published, put away."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.events import publish
from core.money import MAX_AMOUNT
from storefront.catalog.enums import ProductStatus
from storefront.catalog.errors import HandleTaken, PriceRefused
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_product, lock_products
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.services.summary import refresh_product_summary
from storefront.catalog.services.text import sanitize_html, slugify_title, unique_handle

TITLE_LENGTH = 255

logger = logging.getLogger(__name__)


def check_price(price_amount: int, compare_at_amount: int | None = None) -> None:
    """Check a price and the one it is compared with, both in minor units.

    Raises: PriceRefused.
    """
    if not 0 <= price_amount <= MAX_AMOUNT:
        raise PriceRefused(_("A price cannot be below zero."), field="price")
    if compare_at_amount is not None and compare_at_amount <= price_amount:
        raise PriceRefused(
            _("The compare-at price is what it cost before, so it has to be above the price. Leave it empty for none."),
            field="compare_at",
        )


def create_product(
    *,
    title: str,
    price_amount: int,
    actor: str,
    now: datetime,
    status: str = ProductStatus.ACTIVE,
    description_html: str = "",
    handle: str | None = None,
    vendor: str = "",
    product_type: str = "",
    tags: Sequence[str] = (),
    sku: str = "",
) -> Product:
    """Make a product with one variant; without a handle one is made from the title.

    Raises: InvalidInput for the title, PriceRefused, HandleTaken.
    """
    check_price(price_amount)
    with transaction.atomic():
        product = Product(
            title=_clean_title(title),
            handle=_clean_handle(handle) if handle else unique_handle(title),
            description_html=sanitize_html(description_html),
            status=ProductStatus(status),
            vendor=vendor.strip(),
            product_type=product_type.strip(),
            tags=list(tags),
            created_at=now,
            updated_at=now,
            published_at=now if status == ProductStatus.ACTIVE else None,
        )
        product.save()
        ProductVariant.objects.create(product=product, position=1, price_amount=price_amount, sku=sku.strip())
        refresh_product_summary([product.pk])
        publish(ProductChanged((product.pk,)))
        product.refresh_from_db()
    logger.info("product %s made by %s", product.pk, actor)
    return product


def update_product(
    *,
    product_id: int,
    title: str,
    actor: str,
    now: datetime,
    status: str,
    description_html: str = "",
    handle: str = "",
    vendor: str = "",
    product_type: str = "",
    tags: Sequence[str] = (),
    seo_title: str = "",
    seo_description: str = "",
) -> Product:
    """Write a product's own words and status; its variants and pictures have services of their own.

    Raises: ProductNotFound, InvalidInput for the title, HandleTaken.
    """
    with transaction.atomic():
        product = lock_product(product_id)
        product.title = _clean_title(title)
        product.handle = _clean_handle(handle, except_id=product.pk) if handle else product.handle
        product.description_html = sanitize_html(description_html)
        product.vendor = vendor.strip()
        product.product_type = product_type.strip()
        product.tags = list(tags)
        product.seo_title = seo_title.strip()
        product.seo_description = seo_description.strip()
        _apply_status(product, status, now)
        product.save()
        publish(ProductChanged((product.pk,)))
    logger.info("product %s changed by %s", product.pk, actor)
    return product


def set_status(*, product_ids: Iterable[int], status: str, actor: str, now: datetime) -> dict[int, str]:
    """Give the products this status and return what those that changed had before, for undoing."""
    with transaction.atomic():
        changed = [product for product in lock_products(list(product_ids)) if product.status != status]
        before = {product.pk: product.status for product in changed}
        for product in changed:
            _apply_status(product, status, now)
        Product.objects.bulk_update(changed, ["status", "published_at", "updated_at"], batch_size=500)
        if before:
            publish(ProductChanged(tuple(before)))
    logger.info("%s products set to %s by %s", len(before), status, actor)
    return before


def restore_statuses(*, statuses: Mapping[int, str], actor: str, now: datetime) -> int:
    """Give each product the status it had before and return how many there were."""
    with transaction.atomic():
        products = lock_products(list(statuses))
        for product in products:
            _apply_status(product, statuses[product.pk], now)
        Product.objects.bulk_update(products, ["status", "published_at", "updated_at"], batch_size=500)
        if products:
            publish(ProductChanged(tuple(product.pk for product in products)))
    logger.info("status of %s products restored by %s", len(products), actor)
    return len(products)


def _apply_status(product: Product, status: str, now: datetime) -> None:
    product.status = ProductStatus(status)
    product.updated_at = now
    if product.status == ProductStatus.ACTIVE and product.published_at is None:
        product.published_at = now


def _clean_title(title: str) -> str:
    title = title.replace("\0", "").strip()
    if not title:
        raise InvalidInput(_("Give the product a title."), field="title")
    if len(title) > TITLE_LENGTH:
        raise InvalidInput(_("The title is too long: up to 255 characters."), field="title")
    return title


def _clean_handle(handle: str, *, except_id: int = 0) -> str:
    handle = slugify_title(handle)
    if not handle:
        raise InvalidInput(_("Use letters, digits and hyphens for the address."), field="handle")
    if Product.objects.filter(handle=handle).exclude(pk=except_id).exists():
        raise HandleTaken(
            _("“%(handle)s” is the address of another product. Choose another one.") % {"handle": handle},
            field="handle",
        )
    return handle
