"""The root of every error that may be shown to a person or an API client.

ShopsteadError
├── InvalidInput        422  what was sent is wrong; `field` names where
├── NotFound            404
├── Conflict            409  the thing changed or is in a state that forbids this
├── Forbidden           403
├── LimitReached        402  the plan's limit
└── Unavailable         503  a part we need does not answer; nothing was lost
"""

from typing import ClassVar

from django.utils.functional import Promise


class ShopsteadError(Exception):
    """An expected failure with a machine code, an HTTP status and a message that is safe to show."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(ShopsteadError):
    code = "invalid"
    status = 422


class NotFound(ShopsteadError):
    code = "not_found"
    status = 404


class Conflict(ShopsteadError):
    code = "conflict"
    status = 409


class Forbidden(ShopsteadError):
    code = "forbidden"
    status = 403


class LimitReached(ShopsteadError):
    code = "limit_reached"
    status = 402


class Unavailable(ShopsteadError):
    code = "unavailable"
    status = 503
