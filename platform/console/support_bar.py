"""What the red bar says on every page of a support session."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.models import SupportAccess
from core.http import HttpRequest


def describe_session(request: HttpRequest, *, now: datetime) -> dict[str, Any] | None:
    """Return the bar's words, the seconds that are left and its two addresses, or None for everybody else."""
    access = getattr(request, "support", None)
    if access is None:
        return None
    left = _seconds_left(access, now)
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


def describe_visit(request: HttpRequest, *, now: datetime) -> dict[str, str] | None:
    """Return the bar of a support session that has gone over to the storefront, or None for every shopper."""
    access = getattr(request, "support_outside", None)
    if access is None:
        return None
    minutes = -(-_seconds_left(access, now) // 60)
    words = ngettext(
        "Support session at %(store)s: you see the shop as a stranger does, %(n)s minute left.",
        "Support session at %(store)s: you see the shop as a stranger does, %(n)s minutes left.",
        minutes,
    )
    return {
        "text": words % {"store": request.tenant.name, "n": minutes},
        # Without the language that stands before the storefront's addresses.
        "back_url": "/dashboard/",
        "exit_url": "/dashboard/support-access/exit/",
    }


def _seconds_left(access: SupportAccess, now: datetime) -> int:
    return max(0, int((access.expires_at - now).total_seconds()))
