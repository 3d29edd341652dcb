"""Read papers."""

from django.utils.translation import gettext_lazy as _

from storefront.documents.errors import CreditNoteNotFound
from storefront.documents.models import CreditNote, Invoice, Letterhead
from storefront.orders.enums import AmendmentState, OrderSource, OrderStatus
from storefront.orders.models import Order


def get_letterhead() -> Letterhead:
    """Return who the merchant is on paper; a store that said nothing yet has an empty one."""
    return Letterhead.objects.filter(pk=1).first() or Letterhead()


def find_invoice(order: Order) -> Invoice | None:
    """Return the order's invoice, or None while none was issued."""
    return Invoice.objects.filter(order=order).first()


def list_credit_notes(order: Order) -> list[CreditNote]:
    """Return what was taken off the order's invoice, the first first."""
    return list(CreditNote.objects.filter(invoice__order=order).select_related("invoice", "reverses").order_by("pk"))


def get_credit_note(order: Order, pk: int) -> CreditNote:
    """Return a credit note of the order.

    Raises: CreditNoteNotFound.
    """
    found = CreditNote.objects.filter(invoice__order=order, pk=pk).select_related("invoice", "reverses").first()
    if found is None:
        raise CreditNoteNotFound(_("There is no such credit note of this order."))
    return found


def may_have_invoice(order: Order) -> bool:
    """Tell whether an invoice can be issued: the order is a sale of this store, and it was paid or waits for its money."""
    return order.source != OrderSource.IMPORT and order.status == OrderStatus.OPEN


def has_waiting_goods(order: Order) -> bool:
    """Tell whether goods wait to be added to an order, whose sums are not the last ones then."""
    return order.amendments.filter(state=AmendmentState.OPEN).exists()
