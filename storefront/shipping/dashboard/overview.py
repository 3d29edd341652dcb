"""Everything about delivery on one page, and an order to try it with."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.customers.postal.regions import find_region, list_regions, region_name
from storefront.shipping.countries import country_name
from storefront.shipping.dates import format_window
from storefront.shipping.forms import HandlingForm, TryForm
from storefront.shipping.models import ShippingMethod, ShippingZone
from storefront.shipping.rates import Parcel
from storefront.shipping.selectors import get_handling_days, get_offer, list_pickup_methods, list_zones
from storefront.shipping.services import move_method, set_handling_days
from storefront.shipping.words import say_days, say_left_out, say_places, say_price
from tenants.people.permissions import Permission


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def delivery(request: HttpRequest) -> HttpResponse:
    """Show zones, ways of delivery and what an order would be offered; move a way up, set the days of making ready."""
    if "up" in request.POST:
        return _move(request)
    handling = HandlingForm(request.POST if request.method == "POST" else None, initial={"days": get_handling_days()})
    if request.method == "POST" and handling.is_valid():
        set_handling_days(days=handling.cleaned_data["days"])
        messages.success(request, _("Saved. Checkout uses it from now on."))
        return redirect("dashboard_shipping")
    zones = list_zones()
    context = {
        "zones": [_describe(zone, request.tenant.currency) for zone in zones],
        "pickups": [_describe_way(way, request.tenant.currency) for way in list_pickup_methods()],
        "handling": handling,
        "has_rest": any(not zone.countries for zone in zones),
        "left_out": say_left_out(zones),
        **_try(request),
    }
    return render(request, "shipping/overview.html", context, status=422 if handling.errors else 200)


def _describe(zone: ShippingZone, currency: str) -> dict[str, Any]:
    ways = sorted(zone.methods.all(), key=lambda one: (one.position, one.pk))
    return {
        "zone": zone,
        "places": say_places(zone),
        "ways": [_describe_way(way, currency) for way in ways],
        "is_served": any(way.is_active for way in ways),
    }


def _describe_way(way: ShippingMethod, currency: str) -> dict[str, Any]:
    return {"way": way, "price": say_price(way, currency), "days": say_days(way.minimum_days, way.maximum_days)}


def _move(request: HttpRequest) -> HttpResponse:
    asked = request.POST["up"]
    try:
        move_method(method_id=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0)
    except ShopsteadError as error:
        messages.error(request, str(error))
    return redirect(reverse("dashboard_shipping"))


def _try(request: HttpRequest) -> dict[str, Any]:
    """Return the form to try the rates with and what came of it, for the page."""
    tenant = request.tenant
    is_asked = "try-country" in request.GET
    form = TryForm(request.GET if is_asked else None, currency=tenant.currency, country=tenant.country)
    asked = request.GET.get("try-country", tenant.country)
    context: dict[str, Any] = {"form": form, "regions": [one.name for one in list_regions(asked)]}
    if not is_asked or not form.is_valid():
        return {"trying": context}
    data = form.cleaned_data
    parcel = Parcel(
        country=data["country"],
        region=data["region"],
        subtotal_amount=data["amount"] or 0,
        weight_grams=data["weight"] or 0,
    )
    offer = get_offer(parcel)
    code = find_region(parcel.country, parcel.region)
    place = country_name(parcel.country)
    context["result"] = {
        "place": _("%(region)s, %(country)s") % {"region": region_name(parcel.country, code), "country": place}
        if code
        else place,
        "zone": offer.zone["name"] if offer.zone else "",
        "refusal": offer.refusal.label if offer.refusal else "",
        "rates": [(rate, format_window(rate.from_date, rate.to_date)) for rate in offer.rates],
    }
    return {"trying": context}
