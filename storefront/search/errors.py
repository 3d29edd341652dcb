"""What can be wrong with a search and with what a merchant says about it."""

from core.errors import InvalidInput


class SynonymRefused(InvalidInput):
    code = "synonym_refused"


class LeadRefused(InvalidInput):
    code = "lead_refused"
