"""What can go wrong with the people of a store."""

from core.errors import Conflict, Forbidden, InvalidInput, LimitReached, NotFound


class InvitationNotFound(NotFound):
    code = "invitation_not_found"


class InvitationRefused(Conflict):
    code = "invitation_refused"


class AlreadyHere(InvalidInput):
    code = "already_here"


class StaffLimitReached(LimitReached):
    code = "staff_limit_reached"


class LastOwner(Conflict):
    code = "last_owner"


class MemberNotFound(NotFound):
    code = "member_not_found"


class RoleRefused(Forbidden):
    code = "role_refused"


class AddressUnconfirmed(Forbidden):
    code = "address_unconfirmed"
