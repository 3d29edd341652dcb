"""What papers do when a customer asks for their data or leaves."""

from typing import Any

from django.db.models import QuerySet

from storefront.customers.events import CustomerDataAsked, CustomerErased
from storefront.documents.models import CreditNote, Invoice
from storefront.documents.services import credit_canceled
from storefront.orders.events import OrderCanceled


def add_invoices(question: CustomerDataAsked) -> None:
    """Add the invoices that were issued to the customer."""
    found = Invoice.objects.filter(order__customer_id=question.customer_id).order_by("pk")
    question.sections["invoices"] = [
        {
            "number": each.number,
            "issued_at": each.issued_at,
            "currency": each.currency,
            "total_amount": each.total_amount,
            "content": each.content,
        }
        for each in found
    ]


def add_credit_notes(question: CustomerDataAsked) -> None:
    """Add what was taken off the customer's invoices."""
    found = CreditNote.objects.filter(invoice__order__customer_id=question.customer_id).order_by("pk")
    question.sections["credit_notes"] = [
        {
            "number": each.number,
            "invoice": each.invoice.number,
            "issued_at": each.issued_at,
            "currency": each.invoice.currency,
            "total_amount": each.total_amount,
            "content": each.content,
        }
        for each in found.select_related("invoice")
    ]


def credit_invoice(event: OrderCanceled) -> None:
    """Take the invoice of an order back that was called off before anybody paid it."""
    credit_canceled(order_id=event.order_id, actor=event.actor, now=event.now)


def blank_invoices(event: CustomerErased) -> None:
    """Take the person out of their papers; number, goods, amounts and the country stay for the books."""
    _blank(Invoice.objects.filter(order__customer_id=event.customer_id))
    _blank(CreditNote.objects.filter(invoice__order__customer_id=event.customer_id))


def _blank(papers: QuerySet[Any]) -> None:
    found = list(papers)
    for each in found:
        buyer = each.content.get("buyer", {})
        each.content = {**each.content, "buyer": {"country": buyer.get("country", ""), "lines": []}}
    papers.model._default_manager.bulk_update(found, ["content"], batch_size=200)
