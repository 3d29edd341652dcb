"""The page of a place where orders are picked up: its name, its hours, what to know, its price."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.inventory.selectors import list_warehouses
from storefront.shipping.dashboard.zones import crumbs
from storefront.shipping.forms import PickupForm
from storefront.shipping.models import ShippingMethod
from storefront.shipping.services import save_method
from tenants.people.permissions import Permission


@needs(Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def new_pickup(request: HttpRequest) -> HttpResponse:
    """Let orders be picked up at a warehouse."""
    return edit_pickup(request, None)


def edit_pickup(request: HttpRequest, method: ShippingMethod | None) -> HttpResponse:
    """Show a place where orders are picked up, or change it; None is for a new one."""
    tenant = request.tenant
    form = PickupForm(
        request.POST if request.method == "POST" else None,
        method=method,
        warehouses=list_warehouses(),
        currency=tenant.currency,
        languages=tenant.further_languages,
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_method(method_id=method.pk if method else None, draft=form.draft())
        except ShopsteadError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved. Checkout uses it from now on."))
            return redirect("dashboard_shipping")
    context = {"form": form, "method": method, "currency": tenant.currency, "crumbs": crumbs()}
    return render(request, "shipping/pickup.html", context, status=422 if form.errors else 200)
