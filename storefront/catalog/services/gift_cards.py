"""A gift card as goods: a product whose versions are amounts."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.money import MAX_AMOUNT, format_money
from core.tenancy import current_tenant
from storefront.catalog.enums import ProductStatus
from storefront.catalog.errors import PriceRefused
from storefront.catalog.gift_cards import GIFT_CARD
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.services.editing import stored_pictures
from storefront.catalog.services.media import attach_pictures
from storefront.catalog.services.products import create_product
from storefront.catalog.services.summary import refresh_product_summary
from storefront.catalog.services.variants import add_variant

MOST_AMOUNTS = 20


def start_gift_card(
    *, title: str, amounts: Sequence[int], pictures: Sequence[IO[bytes]], status: str, actor: str, now: datetime
) -> Product:
    """Make a gift card that shoppers can buy for these amounts (minor units of the store's currency), with its pictures.

    Raises: InvalidInput, PriceRefused, PictureRefused; nothing is made then.
    """
    wanted = sorted(set(amounts))
    if not wanted or len(wanted) > MOST_AMOUNTS or not 1 <= wanted[0] <= wanted[-1] <= MAX_AMOUNT:
        raise PriceRefused(_("Write between one and twenty amounts above 0."), field="amounts")
    with stored_pictures(pictures) as stored, transaction.atomic():
        product = create_product(
            title=title, price_amount=wanted[0], status=ProductStatus(status), actor=actor, now=now
        )
        ProductVariant.objects.filter(product=product).update(**GIFT_CARD)
        if len(wanted) > 1:
            _add_amounts(product, wanted, actor=actor, now=now)
        attach_pictures(product, stored)
        refresh_product_summary([product.pk])
    product.refresh_from_db()
    return product


def _add_amounts(product: Product, amounts: Sequence[int], *, actor: str, now: datetime) -> None:
    tenant = current_tenant()
    with translation.override(tenant.language):
        name = pgettext("gift card", "Amount")
    for amount in amounts:
        add_variant(
            product_id=product.pk,
            option_names=[name],
            option_values=[format_money(amount, tenant.currency, tenant.language)],
            price_amount=amount,
            actor=actor,
            now=now,
        )
