"""The bars above a page of the dashboard: what is announced to this store, and that support is looking in."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from console.board import find_announcements, find_support
from core.http import HttpRequest
from tenants.people.permissions import Permission

CLOSED_KEY = "announcements_closed"


def list_notices(request: HttpRequest, *, now: datetime) -> list[dict[str, Any]]:
    """Return the bars, most urgent first, without those that this log-in has closed."""
    notices: list[dict[str, Any]] = []
    support = find_support(tenant=request.tenant, now=now)
    if support and request.support is None and Permission.AUDIT_VIEW in request.permissions:
        text = _("Support is looking into your store now (%(who)s).") % {"who": support}
        url = reverse("dashboard_support_sessions")
        notices.append({"tone": "warn", "text": text, "url": url, "link": _("See, or end it"), "close_url": ""})
    announced = find_announcements(tenant=request.tenant, now=now)
    if announced:
        closed = request.session.get(CLOSED_KEY, [])
        is_chinese = (get_language() or "en").startswith("zh")
        notices += [
            {
                "tone": one.severity,
                "text": one.text_zh if is_chinese else one.text_en,
                "close_url": "" if request.support else reverse("dashboard_announcement_close", args=[one.pk]),
            }
            for one in announced
            if one.pk not in closed
        ]
    return notices
