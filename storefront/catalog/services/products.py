"""Products: made, changed, published, put away."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.events import publish
from core.money import MAX_AMOUNT
from core.text import one_line
from storefront.catalog.enums import ProductStatus
from storefront.catalog.errors import CategoryNotFound, PriceRefused
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_product
from storefront.catalog.models import Category, Product, ProductVariant
from storefront.catalog.services.handles import insert_with_handle, save_with_handle
from storefront.catalog.services.publishing import apply_status
from storefront.catalog.services.summary import refresh_product_summary
from storefront.catalog.services.text import sanitize_html

TITLE_LENGTH = 255
WORD_LENGTH, TAG_LENGTH, MAXIMUM_TAGS = 120, 100, 250

logger = logging.getLogger(__name__)


class Keep(Enum):
    """What is not named stays as it is."""

    KEEP = "keep"


def check_category(category_id: int | None) -> int | None:
    """Return the id of a category that is there, or None for none.

    Raises: CategoryNotFound.
    """
    if category_id is not None and not Category.objects.filter(pk=category_id).exists():
        raise CategoryNotFound(_("This category is gone. Choose another one."), field="category")
    return category_id


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
    published_at: datetime | None = None,
) -> Product:
    """Make a product with one variant; without a handle one is made from the title.

    Raises: InvalidInput for the title, PriceRefused, HandleTaken.
    """
    check_price(price_amount)
    with transaction.atomic():
        product = Product(
            title=_clean_title(title),
            description_html=sanitize_html(description_html),
            vendor=clean_word(vendor, field="vendor"),
            product_type=clean_word(product_type, field="product_type"),
            tags=clean_tags(tags),
            created_at=now,
        )
        apply_status(product, status, now, published_at=published_at)
        if handle:
            save_with_handle(product, handle=handle)
        else:
            insert_with_handle(product, title=product.title)
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
    published_at: datetime | None = None,
    category_id: int | Keep | None = Keep.KEEP,
) -> Product:
    """Write a product's own words, status and category; its variants and pictures have services of their own.

    `published_at` is for a scheduled one. Raises: ProductNotFound, InvalidInput, HandleTaken, CategoryNotFound.
    """
    with transaction.atomic():
        product = lock_product(product_id)
        product.title = _clean_title(title)
        product.description_html = sanitize_html(description_html)
        product.vendor = clean_word(vendor, field="vendor")
        product.product_type = clean_word(product_type, field="product_type")
        product.tags = clean_tags(tags)
        product.seo_title = one_line(seo_title).strip()
        product.seo_description = one_line(seo_description).strip()
        if not isinstance(category_id, Keep):
            product.category_id = check_category(category_id)
        apply_status(product, status, now, published_at=published_at)
        moved = save_with_handle(product, handle=handle)
        if moved is not None:
            publish(moved)
        publish(ProductChanged((product.pk,)))
    logger.info("product %s changed by %s", product.pk, actor)
    return product


def _clean_title(title: str) -> str:
    title = one_line(title).strip()
    if not title:
        raise InvalidInput(_("Give the product a title."), field="title")
    if len(title) > TITLE_LENGTH:
        raise InvalidInput(_("The title is too long: up to 255 characters."), field="title")
    return title


def clean_word(text: str, *, field: str) -> str:
    """Return a brand or a kind as one line.

    Raises: InvalidInput.
    """
    text = one_line(text).strip()
    if len(text) > WORD_LENGTH:
        raise InvalidInput(_("This is too long: up to 120 characters."), field=field)
    return text


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return tags as they are kept: one line each, none twice, in the order given.

    Raises: InvalidInput.
    """
    found: dict[str, str] = {}
    for tag in tags:
        text = " ".join(one_line(tag).split())
        if len(text) > TAG_LENGTH:
            raise InvalidInput(_("A tag has at most 100 characters."), field="tags")
        if text:
            found.setdefault(text.casefold(), text)
    if len(found) > MAXIMUM_TAGS:
        raise InvalidInput(_("A product has at most 250 tags."), field="tags")
    return list(found.values())
