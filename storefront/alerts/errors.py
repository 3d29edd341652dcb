"""What can go wrong with asking for a mail."""

from core.errors import InvalidInput, NotFound


class AlertRefused(InvalidInput):
    code = "alert_refused"


class AlertNotFound(NotFound):
    code = "alert_not_found"
