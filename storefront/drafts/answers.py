"""What drafts do when orders come of them, and when a customer asks for their data, is merged with another, or leaves."""

from django.utils.translation import pgettext

from storefront.carts.models import Cart
from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomersMerged, MergeAsked
from storefront.drafts.models import Draft
from storefront.drafts.services.ending import complete_draft
from storefront.orders.enums import OrderSource
from storefront.orders.events import OrderPlaced


def follow_order(event: OrderPlaced) -> None:
    """Complete the draft that an order came of; only those made by hand have one."""
    if event.source == OrderSource.STAFF:
        complete_draft(order_id=event.order_id, now=event.now)


def add_drafts(question: CustomerDataAsked) -> None:
    """Add what was drafted for the customer."""
    rows = Draft.objects.filter(email__iexact=question.email).order_by("pk") if question.email else []
    question.sections["drafts"] = [
        {
            "number": each.number,
            "created_at": each.created_at,
            "state": each.state,
            "name": each.name,
            "email": each.email,
            "address": each.address,
            "note": each.note,
        }
        for each in rows
    ]


def compare_drafts(question: MergeAsked) -> None:
    """Say how many drafts there are for each of two customers."""
    if "orders.view" in question.permissions:
        counts = (
            Draft.objects.filter(email__iexact=one).count() for one in (question.stays_email, question.goes_email)
        )
        stays, goes = counts
        question.add(pgettext("orders", "Drafts"), stays, goes)


def move_drafts(event: CustomersMerged) -> None:
    """Have the address that stays stand in the other one's drafts."""
    Draft.objects.filter(email__iexact=event.goes_email).update(email=event.stays_email)


def remove_drafts(event: CustomerErased) -> None:
    """Remove what was drafted for the customer; the orders keep what was bought."""
    if event.email:
        theirs = Draft.objects.filter(email__iexact=event.email)
        Cart.objects.filter(pk__in=list(theirs.values_list("cart_id", flat=True))).delete()
