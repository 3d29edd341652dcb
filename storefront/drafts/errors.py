"""What can stand in a draft's way; after any of them it is as it was."""

from core.errors import Conflict, InvalidInput, NotFound


class DraftNotFound(NotFound):
    code = "draft_not_found"


class DraftClosed(Conflict):
    """The draft is an order by now, or was called off, or its time is over."""

    code = "draft_closed"


class DraftChanged(Conflict):
    """Somebody else has changed the draft meanwhile."""

    code = "draft_changed"


class DraftRefused(InvalidInput):
    """The draft cannot be like that, or not be sent or paid like that."""

    code = "draft_refused"
