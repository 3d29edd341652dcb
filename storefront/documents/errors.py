"""What can go wrong with papers."""

from core.errors import Conflict, InvalidInput


class InvoiceRefused(Conflict):
    """There is nothing to write an invoice about."""

    code = "invoice_refused"


class LetterheadRefused(InvalidInput):
    code = "letterhead_refused"
