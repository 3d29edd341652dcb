"""The owner's home: the money, the stores that need somebody, what happened just now."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analytics.operator.selectors import platform_summary
from console.selectors.audit import AuditQuery, list_entries
from console.selectors.health import describe_trouble, get_day, sum_volume
from console.selectors.stores import count_stores_to_look_at, list_stores_to_look_at
from core.clock import utc_now
from core.http import HttpRequest

TROUBLED_SHOWN = 6
EVENTS_SHOWN = 7


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    now = utc_now()
    troubled = list_stores_to_look_at(limit=TROUBLED_SHOWN)
    context = {
        "summary": platform_summary(now),
        "troubled": [(tenant, describe_trouble(tenant)) for tenant in troubled],
        "troubled_count": count_stores_to_look_at(),
        "volume": sum_volume(),
        "day": get_day(now=now),
        "events": list_entries(query=AuditQuery(), limit=EVENTS_SHOWN).entries,
        "now": now,
    }
    return render(request, "console/home.html", context)
