"""Rows of recommendations for the storefront's templates."""

from typing import Any


def product_recommendations(product_id: int, limit: int = 4) -> list[dict[str, Any]]:
    """Return what goes with a product."""
    return []


def customer_recommendations(customer: Any, limit: int = 4) -> list[dict[str, Any]]:
    """Return what a signed-in customer may like."""
    return []
