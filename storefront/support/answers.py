"""What support does when a customer asks for their data, is made one with another, or leaves."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.customers.events import (
    CustomerDataAsked,
    CustomerErased,
    CustomerHistoryAsked,
    CustomersMerged,
    HistoryMoment,
    MergeAsked,
)
from storefront.support.models import Conversation, ConversationStatus


def add_conversations(question: CustomerDataAsked) -> None:
    """Add what the customer asked and what was answered; notes between colleagues are the store's own."""
    talks = Conversation.objects.filter(email__iexact=question.email).order_by("pk").prefetch_related("messages")
    question.sections["conversations"] = [
        {
            "subject": talk.subject,
            "created_at": talk.created_at,
            "messages": [
                {"from": message.kind, "text": message.body, "at": message.created_at}
                for message in sorted(talk.messages.all(), key=lambda message: message.pk)
                if message.kind in ("customer", "staff")
            ],
        }
        for talk in talks
    ]


def tell_history(question: CustomerHistoryAsked) -> None:
    """Add what the customer asked."""
    if "support.view" not in question.permissions:
        return
    mine = _talks(question.customer_id, question.email)
    for talk in mine.exclude(status=ConversationStatus.SPAM).order_by("-created_at", "-pk")[: question.limit]:
        title = _("Asked: %(subject)s") % {"subject": talk.subject}
        url = reverse("dashboard_conversation", args=[talk.pk])
        question.moments.append(HistoryMoment(talk.created_at, title, str(talk.get_status_display()), url=url))


def compare_conversations(question: MergeAsked) -> None:
    """Say how much each of two customers asked."""
    if "support.view" in question.permissions:
        stays, goes = _talks(question.stays_id, question.stays_email), _talks(question.goes_id, question.goes_email)
        question.add(_("Questions"), stays.count(), goes.count())


def move_conversations(event: CustomersMerged) -> None:
    """Make one customer's questions the other's; what is answered to the address that goes is answered to the other."""
    Conversation.objects.filter(email__iexact=event.goes_email).update(
        email=event.stays_email, customer_id=event.stays_id
    )
    Conversation.objects.filter(customer_id=event.goes_id).update(customer_id=event.stays_id)


def remove_conversations(event: CustomerErased) -> None:
    """Remove the customer's conversations: what people write names them in ways that no program finds."""
    _talks(event.customer_id, event.email).delete()


def _talks(customer_id: int, email: str) -> QuerySet[Conversation]:
    return Conversation.objects.filter(Q(email__iexact=email) | Q(customer_id=customer_id))
