"""The merchant's list of products."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import needs
from core.http import HttpRequest
from core.lists.answers import list_saved_tabs
from core.lists.state import address_of
from core.tenancy import current_tenant
from storefront.catalog.dashboard.columns import (
    built_in_views,
    column_labels,
    find_category_title,
    list_chips,
    sort_labels,
    status_labels,
    stock_labels,
)
from storefront.catalog.dashboard.state import COLUMNS, ROWS, ListState, read_query
from storefront.catalog.dashboard.status import describe_status
from storefront.catalog.dashboard.taking_back import undo_words
from storefront.catalog.enums import ProductStatus
from storefront.catalog.jinja import picture
from storefront.catalog.models import Product
from storefront.catalog.selectors.filtering import (
    LOW_STOCK,
    SORTS,
    count_filters,
    filter_products,
    list_category_choices,
    list_names_in_use,
    list_skus,
)
from tenants.people.permissions import Permission

LIST, PAGE = "products", "dashboard_products"
NUMBERS = frozenset({"price", "sold"})
# Which orders the head of a column offers: the one to begin with, then the other way around.
HEAD_SORTS = {
    "price": ("price", "-price"),
    "stock": ("stock", "-stock"),
    "sold": ("sold", "sold"),
    "updated": ("updated", "updated"),
}


@needs(Permission.PRODUCTS_VIEW)
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """Show the products that the address asks for."""
    state = ListState.read(request.GET, current_tenant().currency)
    found = filter_products(state.filter).select_related("category").order_by(*SORTS[state.get("sort")])
    page = Paginator(found, state.rows).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    skus = list_skus([product.pk for product in shown]) if "sku" in state.columns else {}
    views = _tabs(request, state)
    is_empty = not shown and not state.is_filtered and not Product.objects.exists()
    context = {
        "page": page,
        "state": state,
        "state_query": state.query(),
        "rows": [_row(product, skus) for product in shown],
        "columns": _heads(state),
        "views": views,
        "view": next((view for view in views if view["current"]), None),
        "chips": list_chips(state, find_category_title(state.filter.category_id)),
        "sorts": [
            (label, state.address(sort=name), name == state.get("sort")) for name, label in sort_labels().items()
        ],
        "picker": [(name, label, name in state.columns) for name, label in column_labels().items()],
        "row_counts": [(count, state.address(rows=count), count == state.get("rows")) for count in ROWS],
        "keep": {name: value for name, value in state.values.items() if name != "q"},
        "is_empty": is_empty,
        "undo_words": undo_words(request),
        **({} if is_empty else _filters(state)),
    }
    return render(request, "catalog/dashboard/list.html", context)


def _tabs(request: HttpRequest, state: ListState) -> list[dict[str, Any]]:
    filters = {query: read_query(query, state.currency).filter for query, _label in built_in_views()}
    counts = count_filters(filters)
    here = state.query()
    tabs: list[dict[str, Any]] = [
        {"label": label, "count": counts[query], "url": address_of(PAGE, query), "current": here == query}
        for query, label in built_in_views()
    ]
    return tabs + list_saved_tabs(request, name=LIST, page=PAGE, query=here)


def _heads(state: ListState) -> list[dict[str, Any]]:
    labels, sort = column_labels(), state.get("sort")
    heads = []
    for name in COLUMNS:
        if name in state.columns:
            first, other = HEAD_SORTS.get(name, ("", ""))
            wanted = other or first if sort == first else first
            heads.append(
                {
                    "name": name,
                    "label": labels[name],
                    "css": "r" if name in NUMBERS else "",
                    "sort_url": state.address(sort=wanted) if wanted else "",
                    "direction": _direction(sort) if sort in (first, other) else "",
                }
            )
    return heads


def _direction(sort: str) -> str:
    """Return how the column of an order runs: those without a minus begin with the least, the others with the most."""
    return "descending" if sort.startswith("-") or sort in ("sold", "updated") else "ascending"


def _filters(state: ListState) -> dict[str, Any]:
    in_use = list_names_in_use()
    chosen = state.get("status").split(",")
    return {
        "status_choices": [(value, label, value in chosen) for value, label in status_labels().items()],
        "stock_choices": [(value, label, value == state.get("stock")) for value, label in stock_labels().items()],
        "category_choices": [
            (str(pk), title, str(pk) == state.get("category")) for pk, title in list_category_choices()
        ],
        "vendors": in_use["vendor"],
        "types": in_use["product_type"],
        "yes_no": [
            (name, label, [("yes", _("Yes")), ("no", _("No"))], state.get(name))
            for name, label in (("photo", _("Has a picture")), ("model", _("Has a 3D model")))
        ],
        "language_choices": [
            (code, str(label), code == state.get("language"))
            for code, label in settings.LANGUAGES
            if code != current_tenant().language
        ],
    }


def _row(found: Product, skus: dict[int, list[str]]) -> dict[str, Any]:
    is_active = found.status == ProductStatus.ACTIVE
    return {
        "product": found,
        "picture": picture(found.cover),
        "status": describe_status(found),
        "is_low": is_active and 0 < found.available_count <= LOW_STOCK,
        "is_out": is_active and not found.is_available,
        "is_endless": found.is_available and found.available_count <= 0,
        "skus": skus.get(found.pk, []),
    }
