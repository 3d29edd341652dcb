"""What can go wrong with a platform login."""

from core.errors import Conflict, Forbidden


class EmailTaken(Conflict):
    code = "email_taken"


class HandoffRefused(Forbidden):
    code = "handoff_refused"
