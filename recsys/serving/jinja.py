"""Rows of recommendations for the storefront's templates."""

from typing import Any

from recsys.serving.selectors import list_for_customer, list_for_product
from storefront.catalog.selectors import Card


def product_recommendations(product_id: int, limit: int = 4) -> list[Card]:
    """Return what goes with a product: cards with `reason` and `source`."""
    return list_for_product(product_id, limit)


def customer_recommendations(customer: Any, limit: int = 4) -> list[Card]:
    """Return what a signed-in customer may like: cards with `reason` and `source`."""
    return list_for_customer(customer.pk, limit)
