"""What withdrawals do when a customer asks for their data or leaves."""

from django.db.models import Q

from storefront.customers.events import CustomerDataAsked, CustomerErased
from storefront.returns.models import Withdrawal


def add_withdrawals(question: CustomerDataAsked) -> None:
    """Add the contracts that the customer withdrew from."""
    found = Withdrawal.objects.filter(order__customer_id=question.customer_id).order_by("pk")
    question.sections["withdrawals"] = [
        {
            "order": each.order_number,
            "name": each.name,
            "email": each.email,
            "words": each.words,
            "declared_at": each.declared_at,
        }
        for each in found
    ]


def blank_withdrawals(event: CustomerErased) -> None:
    """Take the person out of what they declared; that and when it was declared stays."""
    theirs = Q(order__customer_id=event.customer_id)
    if event.email:
        theirs |= Q(email__iexact=event.email)
    Withdrawal.objects.filter(theirs).update(name="", email="", words="")
