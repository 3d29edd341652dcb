"""Issue invoices: each number once, none left out."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.events import publish
from storefront.documents.content import invoice_content
from storefront.documents.errors import InvoiceRefused
from storefront.documents.events import InvoiceIssued
from storefront.documents.locks import lock_letterhead
from storefront.documents.models import Invoice
from storefront.documents.selectors import find_invoice, has_waiting_goods, may_have_invoice
from storefront.orders.locks import lock_order
from storefront.orders.services import note_event


def issue_invoice(*, order_id: int, actor: str, now: datetime) -> Invoice:
    """Return the order's invoice, issuing it with the next number if it has none; twice is one invoice.

    What was given back of the order before has its credit notes from then on, too.

    Raises: OrderNotFound, InvoiceRefused.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        invoice = find_invoice(order)
        if invoice is not None:
            return invoice
        if not may_have_invoice(order):
            raise InvoiceRefused(_("There is no invoice for an order that is not open, or that another shop sold."))
        if has_waiting_goods(order):
            raise InvoiceRefused(_("Goods wait to be added to this order. Issue the invoice when that is settled."))
        kept = lock_letterhead()
        with translation.override(order.language):
            content: dict[str, Any] = invoice_content(order, kept)
        invoice = Invoice.objects.create(
            order=order,
            number=f"{kept.prefix}{kept.next_number}",
            language=order.language,
            currency=order.currency,
            total_amount=order.total_amount,
            content=content,
            issued_at=now,
        )
        kept.next_number += 1
        kept.save(update_fields=["next_number"])
        note_event(
            order=order, type="invoice.issued", actor=actor, now=now, key="invoice", data={"number": invoice.number}
        )
        publish(InvoiceIssued(order_id=order.pk, actor=actor, now=now))
    return invoice
