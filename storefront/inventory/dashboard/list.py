"""What lies where: the list of everything that is counted, changed in place."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.ids import new_token
from storefront.catalog.jinja import picture
from storefront.catalog.models import ProductVariant
from storefront.inventory.dashboard.sending import send_once
from storefront.inventory.errors import StockRefused
from storefront.inventory.models import Stock, Warehouse
from storefront.inventory.selectors import (
    VIEWS,
    count_counted,
    get_settings,
    list_counted,
    list_shelves,
    list_warehouses,
)
from storefront.inventory.services import MAXIMUM_ON_HAND, CountChange, change_counts
from tenants.people.permissions import Permission

ROWS = 50
LONGEST = 8


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
@require_http_methods(["GET", "POST"])
def inventory(request: HttpRequest) -> HttpResponse:
    """Show the counted goods of a tab, and save the numbers that were typed beside them."""
    warehouses = list_warehouses()
    view, query, warehouse = _state(request, warehouses)
    if request.method == "POST":
        return _save(request, warehouses, view, query, warehouse)
    return _show(request, warehouses, view, query, warehouse)


def _show(
    request: HttpRequest, warehouses: list[Warehouse], view: str, query: str, warehouse: Warehouse, error: str = ""
) -> HttpResponse:
    """Show the list; with an error as it was typed, beside the numbers that are saved."""
    low_at = get_settings().low_stock_threshold
    chosen = warehouse.pk if len(warehouses) > 1 else None
    counts = count_counted(warehouse_id=chosen, low_at=low_at)
    found = list_counted(view=view, query=query, warehouse_id=chosen, low_at=low_at)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    shelves = list_shelves(variant.pk for variant in page.object_list)
    return render(
        request,
        "inventory/list.html",
        {
            "page": page,
            "rows": [
                _row(variant, shelves.get(variant.pk, {}), warehouse, low_at, request.POST)
                for variant in page.object_list
            ],
            "error": error,
            "view": view,
            "query": query,
            "warehouse": warehouse,
            "is_several": len(warehouses) > 1,
            "low_at": low_at,
            "is_empty": not counts["all"],
            "once": new_token(),
            "views": [
                {"label": label, "count": counts[name], "url": _address(name, "", warehouse), "current": name == view}
                for name, label in _tabs()
            ],
            "places": [(one.name, _address(view, query, one), one.pk == warehouse.pk) for one in warehouses],
            "keep": {"view": view, "warehouse": warehouse.pk},
            "here": _address(view, query, warehouse),
        },
        status=422 if error else 200,
    )


def _save(
    request: HttpRequest, warehouses: list[Warehouse], view: str, query: str, warehouse: Warehouse
) -> HttpResponse:
    now = utc_now()

    def write() -> str:
        changes = [change for key in request.POST if (change := _read_change(request, key)) is not None]
        count = change_counts(changes=changes, warehouse_id=warehouse.pk, actor=request.user.get_username(), now=now)
        return ngettext("Saved %(num)s number.", "Saved %(num)s numbers.", count) % {"num": count} if count else ""

    try:
        words = send_once(request, write, now=now)
    except ShopsteadError as error:
        return _show(request, warehouses, view, query, warehouse, error=str(error))
    if words:
        messages.success(request, words)
    return redirect(_address(view, query, warehouse))


def _read_change(request: HttpRequest, key: str) -> CountChange | None:
    kind, _underscore, pk = key.partition("_")
    if kind != "count" or not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        return None
    low = request.POST.get(f"low_{pk}", "").strip()
    return CountChange(
        variant_id=int(pk),
        delta=_read_whole(request.POST[key]) - _read_whole(request.POST.get(f"was_{pk}", "")),
        low_threshold=_read_whole(low) if low else None,
    )


def _read_whole(text: str) -> int:
    number = _find_whole(text)
    if number is None:
        raise StockRefused(_("Write a whole number, such as 12."))
    return number


def _find_whole(text: str) -> int | None:
    text = text.strip().replace("−", "-")
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST else None


def _can_be(text: str) -> bool:
    number = _find_whole(text)
    return number is not None and 0 <= number <= MAXIMUM_ON_HAND


def _state(request: HttpRequest, warehouses: list[Warehouse]) -> tuple[str, str, Warehouse]:
    given = request.POST if request.method == "POST" else request.GET
    view = given.get("view", "all")
    wanted = given.get("warehouse", "")
    warehouse = next((one for one in warehouses if str(one.pk) == wanted), warehouses[0])
    return view if view in VIEWS else "all", given.get("q", "").replace("\0", "")[:200], warehouse


def _address(view: str, query: str, warehouse: Warehouse) -> str:
    chosen = {
        "view": view if view != "all" else "",
        "q": query,
        "warehouse": "" if warehouse.is_default else str(warehouse.pk),
    }
    chosen = {name: value for name, value in chosen.items() if value}
    return reverse("dashboard_inventory") + (f"?{urlencode(chosen)}" if chosen else "")


def _row(
    variant: ProductVariant, shelf: dict[int, Stock], warehouse: Warehouse, low_at: int, typed: QueryDict
) -> dict[str, Any]:
    """Return a line; what was typed and what it started from stand in it again when nothing could be saved."""
    stock = shelf.get(warehouse.pk) or Stock(variant=variant, warehouse=warehouse)
    threshold = low_at if stock.low_threshold is None else stock.low_threshold
    return {
        "variant": variant,
        "product": variant.product,
        "picture": picture(variant.product.cover),
        "stock": stock,
        "was": typed.get(f"was_{variant.pk}", stock.on_hand_count),
        "count": (count := typed.get(f"count_{variant.pk}", str(stock.on_hand_count))),
        "low": (low := typed.get(f"low_{variant.pk}", "" if stock.low_threshold is None else str(stock.low_threshold))),
        "is_count_wrong": count != typed.get(f"was_{variant.pk}", count) and not _can_be(count),
        "is_low_wrong": bool(low.strip()) and not _can_be(low),
        "elsewhere": sum(row.available_count for row in shelf.values()) - stock.available_count,
        "is_out": stock.available_count <= 0,
        "is_low": 0 < stock.available_count <= threshold,
    }


def _tabs() -> list[tuple[str, str]]:
    return [("all", pgettext("products", "All")), ("low", pgettext("stock", "Low")), ("out", _("Sold out"))]
