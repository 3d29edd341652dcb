"""Locks on conversations, by primary key."""

from django.utils.translation import gettext_lazy as _

from storefront.support.errors import ConversationNotFound
from storefront.support.models import Conversation


def lock_conversation(conversation_id: int) -> Conversation:
    """Lock a conversation's row until the transaction ends.

    Raises: ConversationNotFound.
    """
    conversation = Conversation.objects.select_for_update(of=("self",)).filter(pk=conversation_id).first()
    if conversation is None:
        raise ConversationNotFound(_("There is no such conversation in this store."))
    return conversation
