"""What can go wrong with a merchant's own domain."""

from core.errors import Conflict, InvalidInput, NotFound


class NameRefused(InvalidInput):
    code = "domain_refused"


class AlreadyClaimed(Conflict):
    code = "domain_already_claimed"


class TooManyClaims(Conflict):
    code = "too_many_domains"


class ClaimNotFound(NotFound):
    code = "domain_not_found"


class IsPrimary(Conflict):
    code = "domain_is_primary"


class AskedTooOften(Conflict):
    code = "asked_too_often"
