"""What a support session may look at and change: what is named here, and nothing else."""

from collections.abc import Callable
from typing import Any

from core.access import SAFE_METHODS, find_access
from tenants.people.permissions import Permission

# Rights that a session may use where the person has them. Passwords, keys, payments, billing, staff, domains, export and
# deletion are not among them, and neither is any right that comes to be after this line was written.
OPEN_RIGHTS = frozenset(
    {
        Permission.ORDERS_VIEW,
        Permission.ORDERS_FULFILL,
        Permission.ORDERS_NOTE,
        Permission.ORDERS_EDIT,
        Permission.PRODUCTS_VIEW,
        Permission.PRODUCTS_EDIT,
        Permission.CUSTOMERS_VIEW,
        Permission.CUSTOMERS_EDIT,
        Permission.SUPPORT_VIEW,
        Permission.SUPPORT_REPLY,
        Permission.ANALYTICS_VIEW,
        Permission.RECOMMENDATIONS_VIEW,
        Permission.RECOMMENDATIONS_EDIT,
        Permission.CONTENT_EDIT,
        Permission.THEME_EDIT,
        Permission.IMPORTS_RUN,
        Permission.JOBS_EDIT,
        Permission.SETTINGS_VIEW,
        Permission.SETTINGS_EDIT,
    }
)
# Pages that ask for no right and that a session may see; what asks for none may be a person's own password.
OPEN_TO_ALL = frozenset({"dashboard_home", "dashboard_job_tray", "dashboard_job"})
OWN_PAGES = frozenset({"dashboard_support_write", "dashboard_support_exit"})
# A page under an open right that still takes data away or opens a door.
CLOSED_WORDS = ("export", "invite", "password", "passkey", "api_key", "delete", "erase", "session", "enter", "leave")


def is_open(*, view: Callable[..., Any], name: str, method: str | None) -> bool:
    """Tell whether a support session that may change things may ask for this page with this method."""
    if name in OWN_PAGES:
        return True
    if any(word in name for word in CLOSED_WORDS):
        return False
    access = find_access(view)
    if access is None:
        return False
    needed = access.needed_for(method)
    return name in OPEN_TO_ALL and method in SAFE_METHODS if needed is None else needed in OPEN_RIGHTS
