"""The merchant's pages of taxes."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from integrations.vat.register import is_asked
from storefront.customers.postal.regions import region_name
from storefront.shipping.countries import country_name
from storefront.taxes.enums import TaxProviderName
from storefront.taxes.errors import RegionNotFound
from storefront.taxes.forms import RatesForm, RegionForm, SettingsForm
from storefront.taxes.models import TaxRegion
from storefront.taxes.presets import CHECKED_ON
from storefront.taxes.selectors import find_own_place, find_settings, get_region, list_regions
from storefront.taxes.services import add_region, remove_region, save_rates, save_settings
from tenants.people.permissions import Permission


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def taxes(request: HttpRequest) -> HttpResponse:
    """Show how taxes are counted and where, and change it."""
    do = request.POST.get("do", "") if request.method == "POST" else ""
    settings, country = find_settings(), request.tenant.country
    form = SettingsForm(request.POST if do == "save" else None, country=country, settings=settings)
    new_form = RegionForm(request.POST if do == "add" else None, initial={"country": country})
    if do == "save" and form.is_valid():
        try:
            save_settings(facts=form.facts(), now=utc_now())
        except ShopsteadError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved. Carts count with it from now on; orders of before stay as they are."))
            return redirect("dashboard_taxes")
    if do == "add" and new_form.is_valid():
        try:
            region = add_region(country=new_form.cleaned_data["country"], province=new_form.cleaned_data["province"])
        except ShopsteadError as error:
            new_form.add_error(error.field if error.field in new_form.fields else None, str(error))
        else:
            messages.success(request, _("Look the rates over: they are a start, and change now and then."))
            return redirect("dashboard_tax_region", region.pk)
    regions = [
        {"region": region, "name": _name(region), "rates": list(region.rates.all())} for region in list_regions()
    ]
    context = {
        "form": form,
        "new_form": new_form,
        "regions": regions,
        "is_on": settings is not None and settings.is_on,
        "is_asked": is_asked(),
        "misses_place": bool(
            settings and settings.provider == TaxProviderName.STRIPE and not find_own_place().is_enough
        ),
        "checked_on": CHECKED_ON,
        "crumbs": _crumbs(),
    }
    return render(request, "taxes/taxes.html", context, status=422 if form.errors or new_form.errors else 200)


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def region(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rates of a place, change them, or take it off the list."""
    try:
        found = get_region(pk)
    except RegionNotFound as error:
        raise Http404 from error
    if request.POST.get("do") == "remove":
        remove_region(region_id=pk)
        messages.success(request, _("You charge no tax in %(place)s any more.") % {"place": _name(found)})
        return redirect("dashboard_taxes")
    form = RatesForm(request.POST if request.method == "POST" else None, region=found)
    if request.method == "POST" and form.is_valid():
        try:
            save_rates(region_id=pk, rates=form.facts())
        except ShopsteadError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. Carts count with it from now on; orders of before stay as they are."))
            return redirect("dashboard_tax_region", pk)
    crumbs = [*_crumbs(), {"label": _("Taxes"), "url": reverse("dashboard_taxes")}]
    context = {"form": form, "name": _name(found), "crumbs": crumbs}
    return render(request, "taxes/region.html", context, status=422 if form.errors else 200)


def _name(found: TaxRegion) -> str:
    name = country_name(found.country)
    if not found.province:
        return name
    return f"{name}, {region_name(found.country, found.province)}"


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Settings"), "url": reverse("dashboard_settings")}]


urlpatterns = [
    path("", taxes, name="dashboard_taxes"),
    path("<int:pk>/", region, name="dashboard_tax_region"),
]
