"""The merchant's list of customers, its saved views, and what is done to many at once."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.lists.answers import answer_drop, answer_keep, list_saved_tabs
from storefront.customers.dashboard.state import ListState, column_labels, read_state
from storefront.customers.forms import country_label
from storefront.customers.models import Customer
from storefront.customers.selectors import VIEWS, CustomerCounts, count_customers, list_customers
from storefront.customers.services.keeping import MOST_AT_ONCE, tag_customers
from tenants.people.permissions import Permission

LIST = "customers"


class CountedPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator over rows whose number is known already."""

    def __init__(self, rows: Any, per_page: int, *, count: int) -> None:
        super().__init__(rows, per_page)
        self.__dict__["count"] = count


@needs(Permission.CUSTOMERS_VIEW)
@require_GET
def customers(request: HttpRequest) -> HttpResponse:
    """Show the customers that the address asks for."""
    state, now = ListState(request.GET), utc_now()
    counts = count_customers(wanted=state.filter, now=now)
    rows = list_customers(wanted=state.filter, now=now)
    page = CountedPaginator(rows, state.rows, count=counts.wanted).get_page(request.GET.get("page"))
    tabs = _tabs(request, state, counts)
    context = {
        "page": page,
        "rows": [_row(customer) for customer in page.object_list],
        "state": state,
        "state_query": state.query(),
        "is_empty": not counts.views["all"],
        "views": tabs,
        "saved": next((tab for tab in tabs if tab["current"] and tab.get("pk")), None),
        "is_built_in": set(state.values) <= {"view"},
        "chips": state.chips(),
        "clear_url": state.address(q=None, country=None, tag=None, last=None),
        "keep": {name: value for name, value in state.values.items() if name != "q"},
        "picker": state.picker(column_labels()),
        "row_counts": state.row_counts(),
        **state.choices(counts.countries),
    }
    return render(request, "customers/dashboard/list.html", context)


@needs(Permission.CUSTOMERS_VIEW)
@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is looked at, for oneself or for everybody."""
    query = read_state(request.POST.get("state", "")).query()
    may_share = Permission.CUSTOMERS_EDIT in request.permissions
    return answer_keep(request, name=LIST, page=ListState.page, query=query, may_share=may_share)


@needs(Permission.CUSTOMERS_VIEW)
@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a view of one's own, or a shared one."""
    may_all = Permission.CUSTOMERS_EDIT in request.permissions
    return answer_drop(request, name=LIST, page=ListState.page, view_id=pk, may_drop_shared=may_all)


@needs(Permission.CUSTOMERS_EDIT)
@require_POST
def tag(request: HttpRequest) -> HttpResponse:
    """Put tags on the chosen customers, or take them off."""
    words = request.POST.get("tags", "")
    add, remove = ("", words) if "remove" in request.POST else (words, "")
    try:
        count = tag_customers(
            customer_ids=_chosen(request), add=add, remove=remove, actor=request.user.get_username(), now=utc_now()
        )
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        if count:
            said = ngettext("%(num)s customer changed.", "%(num)s customers changed.", count)
            messages.success(request, said % {"num": count})
        else:
            messages.info(request, _("Nothing had to be changed."))
    target = request.POST.get("next", "")
    is_ours = target.startswith("/dashboard/customers/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if is_ours else reverse("dashboard_customers"))


def _chosen(request: HttpRequest) -> list[int]:
    """Return the keys of the ticked customers, or of all that match where that was asked for; a thousand at most."""
    if request.POST.get("all"):
        wanted = read_state(request.POST.get("state", "")).filter
        return list(list_customers(wanted=wanted, now=utc_now()).values_list("pk", flat=True)[:MOST_AT_ONCE])
    picked = request.POST.getlist("pick")
    return [int(text) for text in picked if text.isascii() and text.isdigit() and len(text) < 19][:MOST_AT_ONCE]


def _row(customer: Customer) -> dict[str, Any]:
    city, country = getattr(customer, "city", None), country_label(customer.country)
    return {
        "customer": customer,
        "name": customer.name or customer.email,
        "place": ", ".join(part for part in (city, country) if part),
    }


def _tabs(request: HttpRequest, state: ListState, counts: CustomerCounts) -> list[dict[str, Any]]:
    labels = {
        "all": _("All"),
        "returning": _("Returning"),
        "no_order": _("No order yet"),
        "subscribed": _("Want news"),
        "with_credit": _("With credit"),
    }
    base = reverse("dashboard_customers")
    saved = list_saved_tabs(request, name=LIST, page=ListState.page, query=state.query())
    is_saved = any(tab["current"] for tab in saved)
    return [
        {
            "label": labels[key],
            "url": f"{base}?view={key}" if key != "all" else base,
            "count": counts.views[key] or None,
            "current": key == state.view and not is_saved,
        }
        for key in VIEWS
    ] + saved
