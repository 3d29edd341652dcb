"""What can go wrong with papers."""

from core.errors import Conflict, InvalidInput, NotFound


class InvoiceRefused(Conflict):
    """There is nothing to write an invoice about."""

    code = "invoice_refused"


class LetterheadRefused(InvalidInput):
    code = "letterhead_refused"


class CreditNoteNotFound(NotFound):
    code = "credit_note_not_found"
