"""Label a question and write the reply that may answer it. Runs in workers only."""

from datetime import datetime

from django.db import transaction

from core.tenancy import current_schema
from storefront.support.errors import ConversationNotFound
from storefront.support.facts import find_order_of
from storefront.support.locks import lock_conversation
from storefront.support.models import Conversation, ConversationStatus
from storefront.support.prediction import predict_label
from storefront.support.selectors import get_conversation, list_corrections, question_text
from storefront.support.services.answering import PERSON, write_suggestion

MODEL = "model"


def classify_conversation(*, conversation_id: int, now: datetime) -> Conversation | None:
    """Predict the label, find the order where none is known, suggest a reply; return None for one that is gone or spam.

    A person's label stays. Nothing is sent. Running twice gives the same.
    """
    try:
        conversation = get_conversation(conversation_id)
    except ConversationNotFound:
        return None
    if conversation.status == ConversationStatus.SPAM:
        return None
    text = question_text(conversation)
    # Learning takes seconds, so it happens before the row is locked.
    predicted = None
    if conversation.label_source != PERSON:
        predicted = predict_label(text=text, store=current_schema(), corrections=list_corrections())
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        if predicted is not None and conversation.label_source != PERSON:
            conversation.label, conversation.label_probability = predicted.shown_label, predicted.probability
            conversation.label_source = MODEL
        if conversation.order_id is None:
            conversation.order = find_order_of(text=text, email=conversation.email)
        write_suggestion(conversation, text=text, now=now)
        conversation.save(
            update_fields=[
                "label",
                "label_probability",
                "label_source",
                "order",
                "suggested_reply",
                "suggestion_reason",
            ]
        )
    return conversation
