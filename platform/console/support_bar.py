"""What the red bar says on every page of a support session."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.http import HttpRequest


def describe_session(request: HttpRequest, *, now: datetime) -> dict[str, Any] | None:
    """Return the bar's words, the seconds that are left and its two addresses, or None for everybody else."""
    access = getattr(request, "support", None)
    if access is None:
        return None
    left = max(0, int((access.expires_at - now).total_seconds()))
    names = {"store": request.tenant.name, "person": request.user.display_name}
    if access.may_write:
        text = _("You are viewing %(store)s as %(person)s, changes allowed") % names
    else:
        text = _("You are viewing %(store)s as %(person)s, read only") % names
    return {
        "text": text,
        "seconds_left": left,
        "left": f"{left // 60}:{left % 60:02d}",
        "note": _("Reason: “%(reason)s”") % {"reason": access.reason},
        "write_url": "" if access.may_write else reverse("dashboard_support_write"),
        "exit_url": reverse("dashboard_support_exit"),
    }
