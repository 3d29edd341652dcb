"""What can go wrong with a withdrawal or a return."""

from core.errors import Conflict, InvalidInput, NotFound


class WithdrawalNotFound(NotFound):
    code = "withdrawal_not_found"


class WithdrawalRefused(InvalidInput):
    code = "withdrawal_refused"


class TermsRefused(InvalidInput):
    code = "terms_refused"


class ReturnNotFound(NotFound):
    code = "return_not_found"


class ReturnRefused(InvalidInput):
    """What was asked for cannot come back."""

    code = "return_refused"


class ReturnChanged(Conflict):
    """What is sent instead comes to another sum than the merchant saw."""

    code = "return_changed"


class ReturnStateRefused(Conflict):
    """The return is further on than whoever asks for this has seen."""

    code = "return_state_refused"
