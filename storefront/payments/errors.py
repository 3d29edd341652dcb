"""What can go wrong with money."""

from core.errors import Conflict, InvalidInput, NotFound


class PaymentsNotReady(Conflict):
    """The store has no account that can take payments."""

    code = "payments_not_ready"


class PaymentNotFound(NotFound):
    code = "payment_not_found"


class PaymentSuperseded(Conflict):
    """The order was changed while its payment page was being opened."""

    code = "payment_superseded"


class RefundRefused(InvalidInput):
    code = "refund_refused"
