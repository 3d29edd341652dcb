"""The merchant's list of products."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from core.access import needs
from core.http import HttpRequest
from storefront.catalog.dashboard.status import describe_status
from storefront.catalog.enums import ProductStatus
from storefront.catalog.jinja import picture
from storefront.catalog.models import Product
from storefront.catalog.selectors import count_views, list_products
from tenants.people.permissions import Permission

ROWS = 25
LOW_STOCK = 5
UNDO_KEY = "catalog_undo"


@needs(Permission.PRODUCTS_VIEW)
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """Show the products of a tab, or those a search finds."""
    view, query, sort = read_state(request)
    found = list_products(view=view, query=query, sort=sort)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    counts = count_views()
    undo = request.session.get(UNDO_KEY)
    if undo:
        # Shown once; the statuses stay until they are used or replaced.
        request.session[UNDO_KEY] = {**undo, "words": ""}
    return render(
        request,
        "catalog/dashboard/list.html",
        {
            "page": page,
            "rows": [_row(product) for product in page.object_list],
            "view": view,
            "query": query,
            "sort": sort,
            "sorts": [(label, list_address(view, query, name), name == sort) for name, label in _sorts()],
            "views": [
                {"label": label, "count": counts[name], "url": list_address(name, "", sort), "current": name == view}
                for name, label in _tabs()
            ],
            "keep": {"view": view, "sort": sort},
            "is_empty": not counts["all"],
            "undo_words": undo["words"] if undo else "",
        },
    )


def read_state(request: HttpRequest) -> tuple[str, str, str]:
    """Return the tab, the words searched for and the order that a list's address or form names."""
    given = request.POST if request.method == "POST" else request.GET
    return given.get("view", "all")[:20], given.get("q", "").replace("\0", "")[:200], given.get("sort", "updated")[:20]


def list_address(view: str, query: str, sort: str) -> str:
    """Return the address of the list in this state."""
    chosen = {"view": view if view != "all" else "", "q": query, "sort": sort if sort != "updated" else ""}
    chosen = {name: value for name, value in chosen.items() if value}
    return reverse("dashboard_products") + (f"?{urlencode(chosen)}" if chosen else "")


def _row(found: Product) -> dict[str, Any]:
    return {
        "product": found,
        "picture": picture(found.cover),
        "status": describe_status(found),
        "is_low": found.status == ProductStatus.ACTIVE and 0 < found.available_count <= LOW_STOCK,
        "is_out": found.status == ProductStatus.ACTIVE and not found.is_available,
    }


def _tabs() -> list[tuple[str, str]]:
    return [
        ("all", pgettext("products", "All")),
        ("active", pgettext("product", "Active")),
        ("draft", pgettext("product", "Draft")),
        ("archived", pgettext("product", "Archived")),
        ("sold-out", _("Sold out")),
    ]


def _sorts() -> list[tuple[str, str]]:
    return [
        ("updated", _("Last changed")),
        ("title", _("Title")),
        ("price", _("Price, low to high")),
        ("-price", _("Price, high to low")),
        ("stock", _("Least stock")),
        ("sold", _("Most sold")),
    ]
