"""Change an order that was placed, as long as it was not sent."""

from storefront.amendments.services.adding import amend_order, call_off, close_expired
from storefront.amendments.services.mailing import mail_difference
from storefront.amendments.services.paying import start_payment
from storefront.amendments.services.readdressing import change_address, may_change_address

__all__ = [
    "amend_order",
    "call_off",
    "change_address",
    "close_expired",
    "mail_difference",
    "may_change_address",
    "start_payment",
]
