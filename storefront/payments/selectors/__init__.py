"""Read payments and what was given back of them."""

from storefront.payments.selectors.attempts import (
    CHECK_AFTER,
    FREE,
    MANUAL,
    OPEN_STATES,
    STRIPE,
    find_open_payment,
    get_payment_by_session,
    list_abandoned_orders,
    list_open_payments,
    list_open_reports,
)
from storefront.payments.selectors.money import list_money, name_method, name_provider, name_taker
from storefront.payments.selectors.refunds import (
    Refundable,
    RefundableLine,
    Share,
    get_refundable,
    get_refundable_order,
    list_paid_payments,
    list_unsettled_refunds,
    paid_outside,
)
from storefront.payments.selectors.ways import Sale, Till, Way, find_words, get_till, make_till, takes_payments

__all__ = [
    "CHECK_AFTER",
    "FREE",
    "MANUAL",
    "OPEN_STATES",
    "STRIPE",
    "Refundable",
    "RefundableLine",
    "Sale",
    "Share",
    "Till",
    "Way",
    "find_open_payment",
    "find_words",
    "get_payment_by_session",
    "get_refundable",
    "get_refundable_order",
    "get_till",
    "list_abandoned_orders",
    "list_money",
    "list_open_payments",
    "list_open_reports",
    "list_paid_payments",
    "list_unsettled_refunds",
    "make_till",
    "name_method",
    "name_provider",
    "name_taker",
    "paid_outside",
    "takes_payments",
]
