"""The merchant's settings of warehouses."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.errors import InvalidInput, ShopsteadError
from core.http import HttpRequest
from storefront.inventory.models import Warehouse
from storefront.inventory.selectors import get_settings, list_warehouse_facts
from storefront.inventory.services import make_default, remove_warehouse, save_warehouse, set_low_stock
from storefront.inventory.services.warehouses import ADDRESS_PARTS, NAME_LENGTH
from tenants.people.permissions import Permission


class WarehouseForm(forms.Form):
    """A warehouse's name and where it is."""

    name = forms.CharField(
        label=gettext_lazy("Name of the warehouse"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("Only you and your staff see it."),
        error_messages={"required": gettext_lazy("Give the warehouse a name, such as “Portland” or “Shop”.")},
    )
    line1 = forms.CharField(label=gettext_lazy("Street and number"), required=False, max_length=200)
    city = forms.CharField(label=gettext_lazy("City"), required=False, max_length=120)
    province = forms.CharField(label=gettext_lazy("Province or state"), required=False, max_length=120)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), required=False, max_length=20)

    def __init__(self, data: object = None, *, warehouse: Warehouse | None = None) -> None:
        initial = {"name": warehouse.name, **warehouse.address} if warehouse else {}
        super().__init__(data, initial=initial, prefix=f"w{warehouse.pk}" if warehouse else "new")  # type: ignore[arg-type]
        self.warehouse = warehouse


class LowForm(forms.Form):
    """From which count on goods are low."""

    threshold = forms.IntegerField(
        label=gettext_lazy("Low stock from"),
        min_value=0,
        max_value=10_000_000,
        help_text=gettext_lazy("Holds wherever the inventory names no number of its own."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def warehouses(request: HttpRequest) -> HttpResponse:
    """Show the warehouses; add, change, choose and remove them."""
    asked = request.POST.get("warehouse", "") if request.method == "POST" else ""
    facts = list_warehouse_facts()
    rows = [
        (fact, WarehouseForm(request.POST if asked == str(fact.warehouse.pk) else None, warehouse=fact.warehouse))
        for fact in facts
    ]
    new = WarehouseForm(request.POST if asked == "new" else None)
    low = LowForm(request.POST if asked == "low" else None, initial={"threshold": get_settings().low_stock_threshold})
    if request.method == "POST":
        known: dict[str, WarehouseForm | LowForm] = {
            "new": new,
            "low": low,
            **{str(fact.warehouse.pk): form for fact, form in rows},
        }
        form = known.get(asked)
        if form is None:
            messages.error(request, _("There is no such warehouse. It may have been removed."))
            return redirect("dashboard_warehouses")
        if _done(request, form):
            return redirect("dashboard_warehouses")
    context = {"rows": rows, "new": new, "low": low}
    return render(request, "inventory/warehouses.html", context, status=422 if request.method == "POST" else 200)


def _done(request: HttpRequest, form: WarehouseForm | LowForm) -> bool:
    warehouse = getattr(form, "warehouse", None)
    try:
        if warehouse is not None and "default" in request.POST:
            make_default(warehouse_id=warehouse.pk)
            messages.success(request, _("Orders take from “%(name)s” first now.") % {"name": warehouse.name})
        elif warehouse is not None and "remove" in request.POST:
            messages.success(request, _("Removed “%(name)s”.") % {"name": remove_warehouse(warehouse_id=warehouse.pk)})
        elif not form.is_valid():
            return False
        elif isinstance(form, LowForm):
            set_low_stock(threshold=form.cleaned_data["threshold"])
            messages.success(request, _("Saved."))
        else:
            data = form.cleaned_data
            address = {key: data.get(key, "") for key in ADDRESS_PARTS}
            save_warehouse(warehouse_id=warehouse.pk if warehouse else None, name=data["name"], address=address)
            messages.success(request, _("Saved."))
    except InvalidInput as error:
        if error.field in form.fields and form.is_bound and form.is_valid():
            form.add_error(error.field, str(error))
            return False
        messages.error(request, str(error))
    except ShopsteadError as error:
        messages.error(request, str(error))
    return True


urlpatterns = [path("", warehouses, name="dashboard_warehouses")]
