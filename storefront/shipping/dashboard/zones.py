"""The page of a zone: its name and its places."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.shipping.forms import ZoneForm
from storefront.shipping.models import ShippingZone
from storefront.shipping.selectors import get_zone
from storefront.shipping.services import remove_zone, save_zone
from tenants.people.permissions import Permission


@needs(Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def new_zone(request: HttpRequest) -> HttpResponse:
    """Add a zone; its first way of delivery is asked for next."""
    return _edit(request, None)


@needs(Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def change_zone(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a zone; change it or remove it."""
    zone = get_zone(pk)
    if "remove" in request.POST:
        try:
            messages.success(request, _("Removed “%(name)s”.") % {"name": remove_zone(zone_id=pk)})
        except ShopsteadError as error:
            messages.error(request, str(error))
        return redirect("dashboard_shipping")
    return _edit(request, zone)


def _edit(request: HttpRequest, zone: ShippingZone | None) -> HttpResponse:
    form = ZoneForm(request.POST if request.method == "POST" else None, zone=zone)
    if request.method == "POST" and not form.is_tried and form.is_valid():
        countries, regions = form.places()
        try:
            saved = save_zone(
                zone_id=zone.pk if zone else None,
                name=form.cleaned_data["name"],
                countries=countries,
                regions=regions,
            )
        except ShopsteadError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return _go_on(request, saved, is_new=zone is None)
    context = {
        "form": form,
        "zone": zone,
        "ways_count": zone.methods.count() if zone else 0,
        "crumbs": crumbs(),
        "parts": form.parts(),
        "divided": form.divided(),
    }
    # Choosing a group changes nothing, and is no line of the log: 422 says so.
    return render(request, "shipping/zone.html", context, status=422 if request.method == "POST" else 200)


def _go_on(request: HttpRequest, zone: ShippingZone, *, is_new: bool) -> HttpResponse:
    if is_new:
        messages.success(request, _("Saved. Now say how it is delivered there, and for how much."))
        return redirect("dashboard_shipping_method_new", pk=zone.pk)
    messages.success(request, _("Saved. Checkout uses it from now on."))
    return redirect("dashboard_shipping")


def crumbs() -> list[dict[str, str]]:
    """Return the way back from a page of delivery."""
    return [
        {"label": _("Settings"), "url": reverse("dashboard_settings")},
        {"label": _("Delivery"), "url": reverse("dashboard_shipping")},
    ]
