"""Many kinds of goods to another warehouse at once, such as what a van takes to the shop."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
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
from storefront.inventory.selectors import list_movable, list_shelves, list_warehouses
from storefront.inventory.services import MAXIMUM_ON_HAND, move_stock
from tenants.people.permissions import Permission

ROWS = 100
NOTE_LENGTH = 64
_LONGEST = len(str(MAXIMUM_ON_HAND))


@needs(Permission.PRODUCTS_EDIT)
@require_http_methods(["GET", "POST"])
def moving(request: HttpRequest) -> HttpResponse:
    """Show what one warehouse can give to another, and move what was typed; looking further keeps what was typed."""
    warehouses = list_warehouses()
    given = request.POST if request.method == "POST" else request.GET
    source = _chosen(warehouses, given.get("from", ""), 0)
    target = _chosen(warehouses, given.get("to", ""), 1 if len(warehouses) > 1 else 0)
    typed = {int(key[6:]): given[key].strip()[:_LONGEST] for key in given if _is_box(key)}
    typed = {variant_id: text for variant_id, text in typed.items() if text not in ("", "0")}
    note = given.get("note", "").replace("\0", "")[:NOTE_LENGTH]
    error: ShopsteadError | None = None
    if request.method == "POST" and given.get("do") == "move":
        try:
            if given.get("shown") != str(source.pk):
                raise StockRefused(_("You chose another warehouse. This is what it can give. Nothing was moved yet."))
            messages.success(request, _move(request, typed, source, target, note))
        except ShopsteadError as refusal:
            error = refusal
        else:
            return redirect(f"{reverse('dashboard_inventory_move')}?from={source.pk}&to={target.pk}")
    query = given.get("q", "").replace("\0", "")[:200]
    found = list_movable(warehouse_id=source.pk, query=query)
    shown = list(found[: ROWS + 1])
    kept = list(ProductVariant.objects.filter(pk__in=set(typed) - {one.pk for one in shown}).select_related("product"))
    shelves = list_shelves([one.pk for one in (*kept, *shown)])
    context = {
        "warehouses": warehouses,
        "source": source,
        "target": target,
        "is_several": len(warehouses) > 1,
        "rows": [_row(one, shelves.get(one.pk, {}), source, target, typed) for one in (*kept, *shown[:ROWS])],
        "is_more": len(shown) > ROWS,
        "query": query,
        "note": note,
        "once": new_token(),
        "error": str(error) if error else "",
        "crumbs": [
            {"label": _("Products"), "url": reverse("dashboard_products")},
            {"label": _("Inventory"), "url": reverse("dashboard_inventory")},
        ],
    }
    return render(request, "inventory/move.html", context, status=422 if error else 200)


def _move(request: HttpRequest, typed: dict[int, str], source: Warehouse, target: Warehouse, note: str) -> str:
    """Move what was typed and say what it came to.

    Raises: ShopsteadError.
    """
    now = utc_now()

    def move() -> str:
        moved = move_stock(
            units={variant_id: _count(text) for variant_id, text in typed.items()},
            from_id=source.pk,
            to_id=target.pk,
            note=note,
            actor=request.user.get_username(),
            now=now,
        )
        kinds = len(moved) // 2
        said = ngettext("Moved %(n)s kind of goods to %(place)s.", "Moved %(n)s kinds of goods to %(place)s.", kinds)
        return said % {"n": kinds, "place": target.name}

    return send_once(request, move, now=now)


def _is_box(key: str) -> bool:
    kind, _underscore, pk = key.partition("_")
    return kind == "units" and pk.isascii() and pk.isdigit() and len(pk) < 19


def _count(text: str) -> int:
    """Return a whole number; −1, which cannot be moved, for what is none."""
    return int(text) if text.isascii() and text.isdigit() else -1


def _chosen(warehouses: list[Warehouse], wanted: str, otherwise: int) -> Warehouse:
    return next((one for one in warehouses if str(one.pk) == wanted), warehouses[otherwise])


def _row(
    variant: ProductVariant, shelf: dict[int, Stock], source: Warehouse, target: Warehouse, typed: dict[int, str]
) -> dict[str, Any]:
    here, there = shelf.get(source.pk), shelf.get(target.pk)
    return {
        "variant": variant,
        "product": variant.product,
        "picture": picture(variant.product.cover),
        "free": max(here.available_count, 0) if here else 0,
        "there": there.available_count if there else 0,
        "typed": typed.get(variant.pk, ""),
    }
