"""Take money, once; give it back, once."""

from storefront.payments.services.accounts import open_account, refresh_account, start_onboarding
from storefront.payments.services.adding import follow_due, join_order, take_added
from storefront.payments.services.completing import PaidFacts, complete_order, receive_difference, receive_payment
from storefront.payments.services.giving_back import mirror_refunds, send_refund
from storefront.payments.services.opening import add_payment, create_payment, is_reusable, open_payment_page
from storefront.payments.services.refunding import RefundRequest, refund_order, request_refund
from storefront.payments.services.settling import close_payment, give_up, reconcile_open, settle_payment

__all__ = [
    "PaidFacts",
    "RefundRequest",
    "add_payment",
    "close_payment",
    "complete_order",
    "create_payment",
    "follow_due",
    "give_up",
    "is_reusable",
    "join_order",
    "mirror_refunds",
    "open_account",
    "open_payment_page",
    "receive_difference",
    "receive_payment",
    "reconcile_open",
    "refresh_account",
    "refund_order",
    "request_refund",
    "send_refund",
    "settle_payment",
    "start_onboarding",
    "take_added",
]
