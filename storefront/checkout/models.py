"""What checkout's API remembers."""

from core.api.models import IdempotencyRecord


class ApiIdempotencyKey(IdempotencyRecord):
    """A key that a shopper's client sent with a POST."""
