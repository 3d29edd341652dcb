"""From a cart to an order."""

from storefront.checkout.services.making import Received
from storefront.checkout.services.starting import StartedCheckout, start_checkout

__all__ = ["Received", "StartedCheckout", "start_checkout"]
