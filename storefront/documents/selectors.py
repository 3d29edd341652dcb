"""Read papers."""

from storefront.documents.models import Invoice, Letterhead
from storefront.orders.enums import OrderSource, OrderStatus
from storefront.orders.models import Order


def get_letterhead() -> Letterhead:
    """Return who the merchant is on paper; a store that said nothing yet has an empty one."""
    return Letterhead.objects.filter(pk=1).first() or Letterhead()


def find_invoice(order: Order) -> Invoice | None:
    """Return the order's invoice, or None while none was issued."""
    return Invoice.objects.filter(order=order).first()


def may_have_invoice(order: Order) -> bool:
    """Tell whether an invoice can be issued: the order is a sale of this store, and it was paid or waits for its money."""
    return order.source != OrderSource.IMPORT and order.status == OrderStatus.OPEN
