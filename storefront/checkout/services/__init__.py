"""From a cart to an order."""

from storefront.checkout.services.starting import StartedCheckout, start_checkout

__all__ = ["StartedCheckout", "start_checkout"]
