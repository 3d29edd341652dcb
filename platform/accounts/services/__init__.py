"""Change people and their log-ins; each module holds one part."""

from accounts.services.handoffs import create_handoff, redeem_handoff
from accounts.services.logins import (
    confirm_login,
    end_login,
    end_logins,
    end_other_logins,
    open_login,
    remove_old_logins,
    see_login,
)
from accounts.services.people import create_user, grant_console, set_language

__all__ = [
    "confirm_login",
    "create_handoff",
    "create_user",
    "end_login",
    "end_logins",
    "end_other_logins",
    "grant_console",
    "open_login",
    "redeem_handoff",
    "remove_old_logins",
    "see_login",
    "set_language",
]
