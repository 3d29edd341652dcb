"""What the order's page of the storefront shows of its papers."""

from storefront.documents.models import CreditNote
from storefront.documents.selectors import find_invoice, has_waiting_goods, list_credit_notes, may_have_invoice
from storefront.orders.models import Order


def invoice_state(order: Order) -> str:
    """Return “issued”, “possible” once the order is paid, or nothing."""
    if find_invoice(order) is not None:
        return "issued"
    is_possible = order.paid_at is not None and may_have_invoice(order) and not has_waiting_goods(order)
    return "possible" if is_possible else ""


def credit_notes(order: Order) -> list[CreditNote]:
    """Return what was taken off the order's invoice, the first first."""
    return list_credit_notes(order)
