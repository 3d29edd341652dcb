"""Issue papers, each number once, and say who the merchant is on them."""

from storefront.documents.services.crediting import GivenBack, credit_canceled, issue_credit_note, reverse_credit_note
from storefront.documents.services.invoicing import issue_invoice
from storefront.documents.services.letterheads import WORDS, Series, save_letterhead

__all__ = [
    "WORDS",
    "GivenBack",
    "Series",
    "credit_canceled",
    "issue_credit_note",
    "issue_invoice",
    "reverse_credit_note",
    "save_letterhead",
]
