"""What can go wrong with a withdrawal."""

from core.errors import InvalidInput, NotFound


class WithdrawalNotFound(NotFound):
    code = "withdrawal_not_found"


class WithdrawalRefused(InvalidInput):
    code = "withdrawal_refused"


class TermsRefused(InvalidInput):
    code = "terms_refused"
