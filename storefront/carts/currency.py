"""The currency of a cart."""

from django.utils.translation import gettext as _

from storefront.catalog.shown import Prices


def cart_currency(prices: Prices) -> str:
    """Return how a cart keeps the currency of these prices: empty for the store's own."""
    return "" if prices.is_own else prices.currency


def say_repriced(currency: str) -> str:
    """Say that the things in a cart cost something else now."""
    return _("Your cart is in %(currency)s now, at this store’s prices in that currency.") % {"currency": currency}
