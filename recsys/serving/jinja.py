"""Rows of recommendations for the storefront's templates."""

from typing import Any

from recsys.serving.selectors import BUY_AGAIN, list_best_sellers, list_for_customer, list_for_product
from storefront.catalog.selectors import Card


def product_recommendations(product_id: int, limit: int = 4) -> list[Card]:
    """Return what goes with a product: cards with `reason` and `source`."""
    return list_for_product(product_id, limit)


def customer_recommendations(customer: Any, limit: int = 4) -> list[Card]:
    """Return what a signed-in customer may like: cards with `reason` and `source`; best-sellers where they want no more."""
    if not customer.wants_personal:
        return list_best_sellers(limit)
    return list_for_customer(customer.pk, limit)


def buy_again(customer: Any, limit: int = 4) -> list[Card]:
    """Return what a signed-in customer may want once more; nothing where they want no suggestions."""
    return list_for_customer(customer.pk, limit, slot=BUY_AGAIN) if customer.wants_personal else []
