"""What can go wrong with delivery."""

from core.errors import InvalidInput, NotFound


class RateRefused(InvalidInput):
    code = "rate_refused"


class ZoneRefused(InvalidInput):
    code = "shipping_zone_refused"


class MethodNotFound(NotFound):
    code = "shipping_method_not_found"


class ZoneNotFound(NotFound):
    code = "shipping_zone_not_found"
