"""A quote as an order keeps it: plain lists for its JSON columns."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from storefront.pricing.basket import BY_HAND, MILLION
from storefront.pricing.quote import Quote, TaxTotal
from storefront.pricing.taxes import TaxShare


def discount_records(quote: Quote) -> list[dict[str, Any]]:
    """Return what was taken off by which promotion, amounts in minor units, in the order in which it was taken.

    What was taken off by hand has no promotion.
    """
    return [
        {
            "promotion_id": None if applied.promotion_id == BY_HAND else applied.promotion_id,
            "title": applied.title,
            "code": applied.code,
            "amount": applied.amount,
            "shipping_amount": applied.shipping_amount,
        }
        for applied in quote.promotions
    ]


def tax_records(taxes: Iterable[TaxTotal | TaxShare]) -> list[dict[str, Any]]:
    """Return the taxes by rate, the rate in percent as text ("8.875"), `base` without tax."""
    return [
        {"name": tax.rate.name, "rate": percent_text(tax.rate.parts), "base": tax.base, "amount": tax.amount}
        for tax in taxes
    ]


def percent_text(parts: int) -> str:
    """Return millionths as percent without needless zeros: 88,750 is "8.875"."""
    return f"{(Decimal(parts) * 100 / MILLION).normalize():f}"
