"""What withdrawals and returns do when an order is canceled, and when a customer asks for their data or leaves."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from storefront.customers.events import CustomerDataAsked, CustomerErased, ErasureAsked
from storefront.orders.errors import OrderStateRefused
from storefront.orders.events import OrderCanceled
from storefront.returns.enums import RUNNING, ReturnState
from storefront.returns.models import Return, Withdrawal
from storefront.returns.services import free_exchange, remove_label, remove_photos


def keep_until_closed(question: ErasureAsked) -> None:
    """Keep a customer whose goods are on their way back."""
    for found in _returns_of(question.customer_id).filter(state__in=RUNNING)[:3]:
        words = _("Return %(number)s is not finished; come back when it is closed.")
        question.reasons.append(words % {"number": found.name})


def follow_canceled(event: OrderCanceled) -> None:
    """Give back to a return what was sent instead of its goods and is called off; refuse where goods are on their way back."""
    running = Return.objects.filter(
        order_id=event.order_id, state__in=(ReturnState.ASKED, ReturnState.APPROVED)
    ).first()
    if running is not None:
        words = _("Return %(number)s is on its way. Receive it or call it off first. Nothing was changed.")
        raise OrderStateRefused(words % {"number": running.name})
    free_exchange(order_id=event.order_id, actor=event.actor, now=event.now)


def add_returns(question: CustomerDataAsked) -> None:
    """Add what the customer sent back or wanted to."""
    question.sections["returns"] = [
        {
            "number": each.name,
            "asked_at": each.asked_at,
            "state": each.state,
            "reason": each.reason,
            "wish": each.wish,
            "note": each.note,
            "answer": each.answer,
            "photos": [photo["path"] for photo in each.photos],
            "lines": [{"title": part.order_line.title, "quantity": part.quantity} for part in each.lines.all()],
        }
        for each in _returns_of(question.customer_id).prefetch_related("lines__order_line")
    ]


def blank_returns(event: CustomerErased) -> None:
    """Take the person out of their returns, with the labels that bear their address and the photos that they took."""
    theirs = _returns_of(event.customer_id)
    for found in theirs.exclude(label_path=""):
        remove_label(found)
    for found in theirs.exclude(photos=[]):
        remove_photos(found)
    Return.objects.filter(pk__in=theirs.values("pk")).update(note="", answer="", label_url="")


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


def _returns_of(customer_id: int) -> QuerySet[Return]:
    return Return.objects.filter(order__customer_id=customer_id).select_related("order").order_by("pk")
