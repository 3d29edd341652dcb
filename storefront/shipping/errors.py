"""What can go wrong with delivery."""

from core.errors import InvalidInput, NotFound


class RateRefused(InvalidInput):
    code = "rate_refused"


class MethodNotFound(NotFound):
    code = "shipping_method_not_found"
