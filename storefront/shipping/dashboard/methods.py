"""The page of a way of delivery: its name, its price, its days."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.catalog.shown import list_currencies
from storefront.shipping.dashboard.pickups import edit_pickup
from storefront.shipping.dashboard.zones import crumbs
from storefront.shipping.forms import MethodForm
from storefront.shipping.models import ShippingMethod, ShippingZone
from storefront.shipping.selectors import get_method, get_zone
from storefront.shipping.services import remove_method, save_method
from storefront.shipping.words import say_places
from tenants.people.permissions import Permission


@needs(Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def new_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a way of delivery to a zone."""
    return _edit(request, get_zone(pk), None)


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def change_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a way of delivery or a place for pickup; change it or remove it."""
    method = get_method(pk)
    if "remove" in request.POST:
        try:
            name = remove_method(method_id=pk)
        except ShopsteadError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Removed “%(name)s”. Orders that use it keep its name.") % {"name": name})
        return redirect("dashboard_shipping")
    return edit_pickup(request, method) if method.zone is None else _edit(request, method.zone, method)


def _edit(request: HttpRequest, zone: ShippingZone, method: ShippingMethod | None) -> HttpResponse:
    form = MethodForm(request.POST if request.method == "POST" else None, method=method, **_of_store(request))
    if request.method == "POST" and not form.is_tried and form.is_valid():
        try:
            save_method(method_id=method.pk if method else None, draft=form.draft(zone.pk))
        except ShopsteadError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved. Checkout uses it from now on."))
            return redirect("dashboard_shipping")
    context = {
        "form": form,
        "zone": zone,
        "method": method,
        "places": say_places(zone),
        "currency": request.tenant.currency,
        "crumbs": crumbs(),
    }
    # Asking for more steps changes nothing, and is no line of the log: 422 says so.
    return render(request, "shipping/method.html", context, status=422 if request.method == "POST" else 200)


def _of_store(request: HttpRequest) -> dict[str, Any]:
    own, *others = list_currencies()
    return {"currency": own, "currencies": others, "languages": request.tenant.further_languages}
