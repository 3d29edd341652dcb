"""What papers do when a customer asks for their data or leaves."""

from storefront.customers.events import CustomerDataAsked, CustomerErased
from storefront.documents.models import Invoice


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


def blank_invoices(event: CustomerErased) -> None:
    """Take the person out of their invoices; number, goods, amounts and the country stay for the books."""
    found = list(Invoice.objects.filter(order__customer_id=event.customer_id))
    for each in found:
        buyer = each.content.get("buyer", {})
        each.content = {**each.content, "buyer": {"country": buyer.get("country", ""), "lines": []}}
    Invoice.objects.bulk_update(found, ["content"], batch_size=200)
