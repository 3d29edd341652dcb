"""The merchant's list of returns, by where they stand."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from core.access import needs
from core.http import HttpRequest
from storefront.returns.dashboard.looks import return_row
from storefront.returns.selectors import count_tabs, list_returns
from storefront.returns.selectors.returning import TABS
from tenants.people.permissions import Permission

PER_PAGE = 50


@needs(Permission.ORDERS_VIEW)
@require_GET
def returns(request: HttpRequest) -> HttpResponse:
    """Show the returns of a tab; without one the first in which somebody has to do something."""
    counts = count_tabs()
    asked = request.GET.get("tab", "")
    tab = asked if asked in TABS else next((name for name in TABS if counts.get(name)), "asked")
    page = Paginator(list_returns(tab), PER_PAGE).get_page(request.GET.get("page"))
    labels = {
        "asked": pgettext("returns", "Asked"),
        "approved": pgettext("returns", "Approved"),
        "received": pgettext("returns", "Received"),
        "closed": pgettext("returns", "Closed"),
    }
    context = {
        "page": page,
        "rows": [return_row(found) for found in page.object_list],
        "tab": tab,
        "views": [
            {"label": label, "url": f"?tab={name}", "count": counts.get(name, ""), "current": name == tab}
            for name, label in labels.items()
        ],
        "crumbs": [{"label": _("Orders"), "url": reverse("dashboard_orders")}],
    }
    return render(request, "returns/dashboard/list.html", context)
