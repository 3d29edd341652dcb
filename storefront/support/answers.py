"""What support does when a customer asks for their data or leaves."""

from django.db.models import Q

from storefront.customers.events import CustomerDataAsked, CustomerErased
from storefront.support.models import Conversation


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


def remove_conversations(event: CustomerErased) -> None:
    """Remove the customer's conversations: what people write names them in ways that no program finds."""
    Conversation.objects.filter(Q(email__iexact=event.email) | Q(customer_id=event.customer_id)).delete()
