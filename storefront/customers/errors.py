"""What can go wrong with a shopper's account; none of it says whether an address is known here."""

from core.errors import Conflict, Forbidden, InvalidInput, NotFound, ShopsteadError


class CustomerNotFound(NotFound):
    code = "customer_not_found"


class AddressNotFound(NotFound):
    code = "address_not_found"


class LoginRefused(Forbidden):
    code = "login_refused"


class LoginLinkRefused(Forbidden):
    code = "login_link_refused"


class TooManyAttempts(ShopsteadError):
    code = "too_many_attempts"
    status = 429


class WeakPassword(InvalidInput):
    code = "weak_password"


class CodeRefused(Forbidden):
    code = "code_refused"


class NoteRefused(InvalidInput):
    """A note or tags that cannot be kept; `field` names which."""

    code = "customer_note_refused"


class InvitationRefused(Conflict):
    code = "customer_invitation_refused"


class ErasureRefused(Conflict):
    code = "erasure_refused"


class MergeRefused(Conflict):
    code = "merge_refused"


class ExportNotFound(NotFound):
    code = "export_not_found"


class ReceiptNotFound(NotFound):
    code = "receipt_not_found"
