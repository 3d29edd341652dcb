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


class WayNotFound(NotFound):
    code = "way_not_found"


class WayRefused(InvalidInput):
    """A way to pay cannot be like that."""

    code = "way_refused"


class RefundRefused(InvalidInput):
    code = "refund_refused"


class RefundChanged(Conflict):
    """A refund comes to another sum than the merchant saw."""

    code = "refund_changed"


class DisputeNotFound(NotFound):
    code = "dispute_not_found"


class DisputeClosed(Conflict):
    """The bank does not take an answer any more."""

    code = "dispute_closed"


class EvidenceRefused(InvalidInput):
    """What is to be sent to a bank is too much, too little or of a kind that banks do not take."""

    code = "evidence_refused"
