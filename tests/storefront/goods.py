"""Things to sell, made by the services that make them in the dashboard."""

from datetime import UTC, datetime
from typing import Any

from storefront.catalog.models import ProductVariant
from storefront.catalog.services import create_product
from storefront.inventory.services import set_stock

MADE_AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def make_variant(
    title: str = "Enamel mug", *, price: int = 1800, stock: int | None = 5, **kwargs: Any
) -> ProductVariant:
    """Return the only variant of a new active product with that many in stock."""
    product = create_product(title=title, price_amount=price, actor="tests", now=MADE_AT, **kwargs)
    variant = ProductVariant.objects.get(product=product)
    if stock is not None:
        set_stock(variant_id=variant.pk, on_hand_count=stock, actor="tests", now=MADE_AT)
        variant.refresh_from_db()
    return variant
