"""Read conversations."""

from storefront.support.models import Conversation, ConversationStatus


def count_open_conversations() -> int:
    """Return how many conversations wait for the store."""
    return Conversation.objects.filter(status=ConversationStatus.OPEN).count()
