"""What can go wrong in the console."""

from core.errors import Conflict, Forbidden, InvalidInput


class ReasonMissing(InvalidInput):
    code = "reason_missing"


class SupportRefused(Conflict):
    code = "support_refused"


class SupportPassRefused(Forbidden):
    code = "support_pass_refused"


class ClosedToSupport(Forbidden):
    code = "closed_to_support"


class AnnouncementRefused(InvalidInput):
    code = "announcement_refused"


class ActionRefused(Conflict):
    code = "action_refused"
