"""The log of everything, and the same as a file."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from console.csv import csv_response
from console.selectors.audit import KINDS, MOST_EXPORTED, AuditQuery, list_entries, read_audit_query
from core.http import HttpRequest


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    query = read_audit_query(request.GET)
    page = list_entries(query=query)
    context = {
        "query": query,
        "entries": page.entries,
        "next_before": page.next_before.isoformat() if page.next_before else "",
        "kinds": [(kind, _labels()[kind], kind == query.kind) for kind in KINDS],
        "chips": _chips(request, query),
    }
    return render(request, "console/audit.html", context)


@require_GET
def audit_file(request: HttpRequest) -> HttpResponse:
    """Answer with all that matches, newest first, as a file."""
    query = replace(read_audit_query(request.GET), before=None)
    head = ["when", "store", "kind", "what", "who", "really", "reason", "address"]
    rows = [
        [entry.created_at.isoformat(), entry.store, entry.kind, entry.sentence, entry.actor, entry.support_actor, entry.reason,
         entry.address]
        for entry in list_entries(query=query, limit=MOST_EXPORTED).entries
    ]  # fmt: skip
    return csv_response(name="log.csv", head=head, rows=rows)


def _labels() -> dict[str, str]:
    return {
        "state.": _("States of stores"),
        "support.": _("Support sessions"),
        "console.": _("Deeds in the console"),
        "announcement.": _("Announcements"),
        "people.": _("Staff of stores"),
        "domain.": _("Domains"),
        "archive.": _("Archives"),
        "restore": _("Restorations"),
        "dashboard_": _("Deeds of merchants"),
    }


def _chips(request: HttpRequest, query: AuditQuery) -> list[dict[str, str]]:
    chips = []
    for key, label, value in (
        ("store", _("Store"), query.store),
        ("person", _("Person"), query.person),
        ("kind", _("Kind"), _labels().get(query.kind, "")),
    ):
        if value:
            without = request.GET.copy()
            for gone in (key, "before"):
                without.pop(gone, None)
            chips.append({"label": label, "value": value, "remove_url": f"?{without.urlencode()}"})
    return chips
