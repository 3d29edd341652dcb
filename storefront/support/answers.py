"""What support does when a customer asks for their data or leaves."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomerHistoryAsked, HistoryMoment
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
    mine = Conversation.objects.filter(Q(email__iexact=question.email) | Q(customer_id=question.customer_id))
    for talk in mine.exclude(status=ConversationStatus.SPAM).order_by("-created_at", "-pk")[: question.limit]:
        title = _("Asked: %(subject)s") % {"subject": talk.subject}
        url = reverse("dashboard_conversation", args=[talk.pk])
        question.moments.append(HistoryMoment(talk.created_at, title, str(talk.get_status_display()), url=url))


def remove_conversations(event: CustomerErased) -> None:
    """Remove the customer's conversations: what people write names them in ways that no program finds."""
    Conversation.objects.filter(Q(email__iexact=event.email) | Q(customer_id=event.customer_id)).delete()
