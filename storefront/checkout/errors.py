"""What can stand between a cart and an order; after any of them nothing was charged and the cart is as it was."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, InvalidInput


class CheckoutClosed(Conflict):
    """The store's plan does not allow it to sell now."""

    code = "checkout_closed"


class EmptyCart(Conflict):
    code = "cart_empty"


class CartNotBuyable(Conflict):
    """Something in the cart cannot be bought like this."""

    code = "cart_not_buyable"


class TotalChanged(Conflict):
    """The sum is not the one the shopper saw."""

    code = "total_changed"


class NoDelivery(InvalidInput):
    """The store does not deliver there, or not in the way that was chosen."""

    code = "no_delivery"


class WayToPayRefused(InvalidInput):
    """The store does not take this order's money in the way that was chosen."""

    code = "way_to_pay_refused"


class DetailsRefused(InvalidInput):
    """What was typed needs another look; `errors` are sentences by field."""

    code = "invalid"

    def __init__(self, errors: Mapping[str, str | Promise]) -> None:
        super().__init__(_("Some things need another look. Nothing was charged."))
        self.errors = {field: str(text) for field, text in errors.items()}
