"""Gather what the doctor looks at, in a number of questions that does not grow with the products."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from core.tenancy import current_tenant
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import DigitalFile, Product, ProductVariant
from storefront.doctor.findings import ProductFacts, StoreFacts
from storefront.payments.selectors import takes_payments
from storefront.shipping.selectors import delivers_to
from tenants.selectors import is_checkout_open


def get_store_facts(*, now: datetime) -> StoreFacts:
    """Return what holds for all products of the current store."""
    tenant = current_tenant()
    return StoreFacts(
        is_open=tenant.takes_orders and is_checkout_open(tenant=tenant, now=now),
        takes_payments=takes_payments(tenant),
        has_rate=delivers_to(tenant.country),
        languages=tuple(tenant.further_languages),
    )


def gather_facts(product_ids: Sequence[int]) -> dict[int, ProductFacts]:
    """Return what holds for each of these products, in two questions."""
    facts = {
        pk: ProductFacts(
            is_for_sale=status in (ProductStatus.ACTIVE, ProductStatus.SCHEDULED),
            is_planned=status == ProductStatus.SCHEDULED,
            is_available=is_available,
            has_photo=bool(cover),
            is_category_hidden=is_visible is False,
            languages=frozenset(code for code, texts in translations.items() if texts.get("title")),
        )
        for pk, status, is_available, cover, is_visible, translations in Product.objects.filter(
            pk__in=product_ids
        ).values_list("pk", "status", "is_available", "cover", "category__is_visible", "translations")
    }
    rows = ProductVariant.objects.filter(product_id__in=facts).values_list(
        "product_id",
        "price_amount",
        "cost_amount",
        "barcode",
        "requires_shipping",
        Exists(DigitalFile.objects.filter(variant=OuterRef("pk"))),
        "is_gift_card",
    )
    for product_id, price, cost, barcode, requires_shipping, has_file, is_gift_card in rows:
        of = facts[product_id]
        of.prices.append(price)
        if barcode:
            of.barcodes.append(barcode)
        of.needs_delivery = of.needs_delivery or requires_shipping
        of.is_below_cost = of.is_below_cost or 0 < price < (cost or 0)
        of.lacks_file = of.lacks_file or not (requires_shipping or has_file or is_gift_card)
    return facts
