"""The merchant's list of drafts and its saved views."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.clock import utc_now
from core.http import HttpRequest
from core.lists.answers import answer_drop, answer_keep, list_saved_tabs
from storefront.drafts.dashboard.looks import draft_row
from storefront.drafts.dashboard.state import ListState, column_labels, read_state
from storefront.drafts.enums import DraftState
from storefront.drafts.selectors import VIEWS, count_views, list_drafts
from tenants.people.permissions import Permission

LIST = "drafts"


@needs(Permission.ORDERS_VIEW)
@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """Show the drafts that the address asks for."""
    state, now = ListState(request.GET), utc_now()
    page = Paginator(list_drafts(state.filter), state.rows).get_page(request.GET.get("page"))
    tabs = _tabs(request, state)
    context = {
        "page": page,
        "rows": [draft_row(draft, now=now) for draft in page.object_list],
        "state": state,
        "state_query": state.query(),
        "views": tabs,
        "saved": next((tab for tab in tabs if tab["current"] and tab.get("pk")), None),
        "is_built_in": set(state.values) <= {"view"},
        "keep": {name: value for name, value in state.values.items() if name != "q"},
        "picker": state.picker(column_labels()),
        "row_counts": state.row_counts(),
        "sort_url": state.address(sort=None if state.filter.oldest_first else "oldest"),
        "clear_url": state.address(q=None),
        "crumbs": [{"label": _("Orders"), "url": reverse("dashboard_orders")}],
    }
    return render(request, "drafts/list.html", context)


@needs(Permission.ORDERS_VIEW)
@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is looked at, for oneself or for everybody."""
    query = read_state(request.POST.get("state", "")).query()
    may_share = Permission.ORDERS_EDIT in request.permissions
    return answer_keep(request, name=LIST, page=ListState.page, query=query, may_share=may_share)


@needs(Permission.ORDERS_VIEW)
@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a view of one's own, or a shared one."""
    may_all = Permission.ORDERS_EDIT in request.permissions
    return answer_drop(request, name=LIST, page=ListState.page, view_id=pk, may_drop_shared=may_all)


def _tabs(request: HttpRequest, state: ListState) -> list[dict[str, Any]]:
    counts = count_views()
    base = reverse("dashboard_drafts")
    saved = list_saved_tabs(request, name=LIST, page=ListState.page, query=state.query())
    is_saved = any(tab["current"] for tab in saved)
    return [
        {
            "label": _("All") if key == "all" else DraftState(key).label,
            "url": base if key == "all" else f"{base}?{urlencode({'view': key})}",
            "count": counts.get(key) or None,
            "current": key == state.view and not is_saved,
        }
        for key in VIEWS
    ] + saved
