"""What can go wrong between a shopper and the store."""

from typing import ClassVar

from core.errors import InvalidInput, NotFound, ShopsteadError


class ConversationNotFound(NotFound):
    code = "conversation_not_found"


class MessageRefused(InvalidInput):
    """Nothing was written, or too much of it."""

    code = "message_refused"


class TooManyQuestions(ShopsteadError):
    """Somebody writes faster than a person does."""

    code: ClassVar[str] = "too_many_questions"
    status: ClassVar[int] = 429
