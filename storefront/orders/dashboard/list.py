"""The merchant's list of orders, its saved views, and the bar that says that new ones have come."""

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.clock import utc_now
from core.http import HttpRequest
from core.lists.answers import answer_drop, answer_keep, list_saved_tabs
from storefront.orders.dashboard.looks import order_row
from storefront.orders.dashboard.state import ListState, column_labels, read_state
from storefront.orders.selectors import (
    MOST_COUNTED,
    VIEWS,
    count_new_orders,
    count_views,
    list_orders,
)
from tenants.people.permissions import Permission

LIST = "orders"
UNDO_KEY = "orders_undo"
COUNTED = ("unfulfilled", "unpaid", "open")


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that stops counting at a hundred thousand rows."""

    @cached_property
    def count(self) -> int:
        return int(self.object_list[:MOST_COUNTED].count())  # type: ignore[attr-defined]


@needs(Permission.ORDERS_VIEW)
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """Show the orders that the address asks for."""
    now, counts = utc_now(), count_views(COUNTED)
    state = ListState(request.GET)
    if not request.GET.get("view") and counts["unfulfilled"] and not state.filter.is_narrowed:
        given = request.GET.copy()
        given["view"] = "unfulfilled"
        state = ListState(given)
    page = BoundedPaginator(list_orders(wanted=state.filter, now=now), state.rows).get_page(request.GET.get("page"))
    tabs = _tabs(request, state, counts)
    context = {
        "page": page,
        "rows": [order_row(order, is_picked_up=order.is_handed_over) for order in page.object_list],
        "state": state,
        "state_query": state.query(),
        "views": tabs,
        "saved": next((tab for tab in tabs if tab["current"] and tab.get("pk")), None),
        "is_built_in": set(state.values) <= {"view"},
        "chips": state.chips(),
        "keep": {name: value for name, value in state.values.items() if name != "q"},
        "picker": state.picker(column_labels()),
        "row_counts": state.row_counts(),
        "sort_url": state.address(sort=None if state.filter.oldest_first else "oldest"),
        "since": int(now.timestamp()),
        "undo": _take_undo(request),
        "elsewhere": _elsewhere(state, now) if not page and state.filter.is_narrowed else [],
        **state.choices({order.shipping_method for order in page.object_list if order.shipping_method}),
    }
    return render(request, "orders/dashboard/list.html", context)


@needs(Permission.ORDERS_VIEW)
@require_GET
def fresh(request: HttpRequest) -> HttpResponse:
    """Answer with the bar that says how many orders have come since the list was made."""
    since = request.GET.get("since", "")
    is_moment = since.isascii() and since.isdigit() and len(since) <= 10
    count = count_new_orders(since=datetime.fromtimestamp(int(since), UTC)) if is_moment else 0
    return render(request, "orders/dashboard/fresh.html", {"count": count, "since": since if is_moment else ""})


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


def _tabs(request: HttpRequest, state: ListState, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "unfulfilled": _("Unfulfilled"),
        "unpaid": _("Unpaid"),
        "open": pgettext("order", "Open"),
        "all": _("All"),
        "canceled": _("Canceled"),
        "archived": _("Archived"),
    }
    base = reverse("dashboard_orders")
    saved = list_saved_tabs(request, name=LIST, page=ListState.page, query=state.query())
    is_saved = any(tab["current"] for tab in saved)
    return [
        {
            "label": labels[key],
            "url": f"{base}?{urlencode({'view': key})}",
            "count": counts.get(key) or None,
            "current": key == state.view and not is_saved,
        }
        for key in VIEWS
    ] + saved


def _elsewhere(state: ListState, now: datetime) -> list[dict[str, Any]]:
    """Return what would be found without one of the filters, or in all orders: at most three ways out."""
    ways = [(chip["remove_url"], chip["label"], chip["value"], chip["name"]) for chip in state.chips()]
    found = []
    for url, label, value, name in ways[:2]:
        count = list_orders(wanted=read_state(state.query(**{name: None})).filter, now=now)[:MOST_COUNTED].count()
        if count:
            said = ngettext("Drop “%(filter)s”: %(num)s order", "Drop “%(filter)s”: %(num)s orders", count) % {
                "filter": f"{label} {value}",
                "num": count,
            }
            found.append({"url": url, "label": said})
    if state.view != "all":
        count = list_orders(wanted=read_state(state.query(view="all")).filter, now=now)[:MOST_COUNTED].count()
        if count:
            said = ngettext("Look in all orders: %(num)s match", "Look in all orders: %(num)s matches", count)
            found.append({"url": state.address(view="all"), "label": said % {"num": count}})
    return found


def _take_undo(request: HttpRequest) -> dict[str, Any] | None:
    kept = request.session.pop(UNDO_KEY, None)
    if kept is None:
        return None
    query = urlencode({"ids": ",".join(str(pk) for pk in kept["ids"]), "next": request.get_full_path()})
    said = ngettext("%(num)s order marked as sent.", "%(num)s orders marked as sent.", len(kept["ids"]))
    text = said % {"num": len(kept["ids"])}
    if kept["skipped"]:
        left = ngettext("%(num)s had nothing to send.", "%(num)s had nothing to send.", kept["skipped"])
        text = f"{text} {left % {'num': kept['skipped']}}"
    return {"url": f"{reverse('dashboard_orders_undo')}?{query}", "text": text}
