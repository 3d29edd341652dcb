"""What can go wrong with a platform login."""

from core.errors import Conflict, Forbidden, NotFound


class EmailTaken(Conflict):
    code = "email_taken"


class EmailUnconfirmed(Conflict):
    code = "email_unconfirmed"


class HandoffRefused(Forbidden):
    code = "handoff_refused"


class LinkRefused(Forbidden):
    code = "link_refused"


class SecondStepConflict(Conflict):
    code = "second_step_conflict"


class PasskeyNotFound(NotFound):
    code = "passkey_not_found"
