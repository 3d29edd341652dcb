"""The merchant's pages of customers."""

from typing import Any

from django.core.paginator import Paginator
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import needs
from core.http import HttpRequest
from storefront.customers.addresses import format_address
from storefront.customers.forms import country_label
from storefront.customers.selectors import SORTS, VIEWS, get_customer, list_addresses, list_customers
from tenants.people.permissions import Permission

PER_PAGE = 50


@needs(Permission.CUSTOMERS_VIEW)
@require_GET
def customers(request: HttpRequest) -> HttpResponse:
    view = request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    sort = request.GET.get("sort", "newest")
    sort = sort if sort in SORTS else "newest"
    text = request.GET.get("q", "").strip()[:80]
    page = Paginator(list_customers(view=view, text=text, sort=sort), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"customer": customer, "name": customer.name or customer.email, "country": country_label(customer.country)}
        for customer in page.object_list
    ]
    context = {
        "page": page,
        "rows": rows,
        "view": view,
        "views": _views(view),
        "sorts": _sorts(request, sort),
        "keep": {"view": view, "sort": sort},
        "text": text,
    }
    return render(request, "customers/dashboard/list.html", context)


@needs(Permission.CUSTOMERS_VIEW)
@require_GET
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_customer(pk)
    addresses = [format_address(model_to_dict(address)) for address in list_addresses(found)]
    context = {
        "customer": found,
        "name": found.name or found.email,
        "country": country_label(found.country),
        "addresses": [(lines, "\n".join(lines)) for lines in addresses],
        "average_amount": found.spent_amount // found.orders_count if found.orders_count else None,
    }
    return render(request, "customers/dashboard/customer.html", context)


def _views(view: str) -> list[dict[str, Any]]:
    labels = {"all": _("All"), "buyers": _("Have bought"), "newsletter": _("Want news")}
    return [
        {
            "label": labels[key],
            "url": f"{reverse('dashboard_customers')}?{urlencode({'view': key})}",
            "current": key == view,
        }
        for key in VIEWS
    ]


def _sorts(request: HttpRequest, sort: str) -> list[tuple[str, str, bool]]:
    labels = {"newest": _("Newest"), "spent": _("Spent most"), "recent": _("Bought last")}
    params = request.GET.copy()
    params.pop("page", None)
    sorts = []
    for key in SORTS:
        params["sort"] = key
        sorts.append((labels[key], f"?{params.urlencode()}", key == sort))
    return sorts
