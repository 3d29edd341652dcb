"""One kind of goods: how many lie in each warehouse, why that changed, and who waits for it."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.ids import new_token
from storefront.catalog.models import ProductVariant
from storefront.inventory.dashboard.sending import send_once
from storefront.inventory.models import Stock, Warehouse
from storefront.inventory.reasons import ADJUSTMENTS, reason_label
from storefront.inventory.selectors import get_settings, list_movements, list_shelves, list_warehouses
from storefront.inventory.services import MAXIMUM_ON_HAND, adjust_stock, move_stock
from tenants.people.permissions import Permission


class AdjustForm(forms.Form):
    """So many more or fewer, where, and why."""

    warehouse = forms.ChoiceField(label=gettext_lazy("Warehouse"))
    delta = forms.IntegerField(
        label=gettext_lazy("More or fewer"),
        min_value=-10_000_000,
        max_value=10_000_000,
        help_text=gettext_lazy("12 adds, -3 takes away."),
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Write a whole number, such as 12.")},
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[(key, label) for key, label in ADJUSTMENTS])
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=64)

    def __init__(self, *args: object, warehouses: list[Warehouse], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["warehouse"].choices = [(str(one.pk), one.name) for one in warehouses]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """So many, from one warehouse to another."""

    source = forms.ChoiceField(label=pgettext_lazy("a warehouse", "From"))
    target = forms.ChoiceField(label=pgettext_lazy("a warehouse", "To"))
    count = forms.IntegerField(
        label=gettext_lazy("How many"),
        min_value=1,
        max_value=MAXIMUM_ON_HAND,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Write a whole number, such as 12.")},
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=64)

    def __init__(self, data: object = None, *, warehouses: list[Warehouse]) -> None:
        places = [str(one.pk) for one in warehouses]
        first = dict(zip(("source", "target"), places, strict=False))
        super().__init__(data, prefix="move", initial=first)  # type: ignore[arg-type]
        for name in ("source", "target"):
            self.fields[name].choices = [(str(one.pk), one.name) for one in warehouses]  # type: ignore[attr-defined]


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a variant's stock and history, and change it with a reason."""
    variant = ProductVariant.objects.select_related("product").filter(pk=pk).first()
    if variant is None:
        raise Http404
    warehouses = list_warehouses()
    is_move = request.POST.get("do") == "move"
    form = AdjustForm(request.POST if request.method == "POST" and not is_move else None, warehouses=warehouses)
    move = MoveForm(request.POST if is_move else None, warehouses=warehouses)
    if request.method == "POST" and (_move(request, pk, move) if is_move else _adjust(request, pk, form)):
        return redirect("dashboard_inventory_item", pk)
    shelf = list_shelves([pk]).get(pk, {})
    low_at = get_settings().low_stock_threshold
    context = {
        "variant": variant,
        "product": variant.product,
        "title": f"{variant.product.title}, {variant.title}" if variant.title else variant.product.title,
        "form": form,
        "move": move if len(warehouses) > 1 else None,
        "once": new_token(),
        "rows": [(one, shelf.get(one.pk) or Stock(variant=variant, warehouse=one)) for one in warehouses],
        "low_at": low_at,
        "movements": [(row, reason_label(row.reason)) for row in list_movements(pk)],
        "crumbs": [
            {"label": _("Products"), "url": reverse("dashboard_products")},
            {"label": _("Inventory"), "url": reverse("dashboard_inventory")},
        ],
    }
    return render(request, "inventory/item.html", context, status=422 if form.errors or move.errors else 200)


def _adjust(request: HttpRequest, pk: int, form: AdjustForm) -> bool:
    if not form.is_valid():
        return False
    data, now = form.cleaned_data, utc_now()

    def adjust() -> str:
        adjust_stock(
            variant_id=pk,
            warehouse_id=int(data["warehouse"]),
            delta=data["delta"],
            reason=data["reason"],
            note=data["note"],
            actor=request.user.get_username(),
            now=now,
        )
        return _("Saved.")

    try:
        messages.success(request, send_once(request, adjust, now=now))
    except ShopsteadError as error:
        form.add_error("delta", str(error))
        return False
    return True


def _move(request: HttpRequest, pk: int, form: MoveForm) -> bool:
    if not form.is_valid():
        return False
    data, now = form.cleaned_data, utc_now()

    def move() -> str:
        move_stock(
            units={pk: data["count"]},
            from_id=int(data["source"]),
            to_id=int(data["target"]),
            note=data["note"],
            actor=request.user.get_username(),
            now=now,
        )
        return ngettext("Moved %(num)s unit.", "Moved %(num)s units.", data["count"]) % {"num": data["count"]}

    try:
        messages.success(request, send_once(request, move, now=now))
    except ShopsteadError as error:
        named = getattr(error, "field", "")
        form.add_error("target" if named == "to" else "count", str(error))
        return False
    return True
