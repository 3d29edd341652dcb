"""The merchant's page of delivery rates."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.shipping.countries import country_name
from storefront.shipping.forms import MethodForm
from storefront.shipping.models import ShippingMethod
from storefront.shipping.selectors import list_methods
from storefront.shipping.services import remove_method, save_method
from tenants.people.permissions import Permission


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def rates(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("method", "") if request.method == "POST" else None
    methods = list_methods()
    forms = [_form(request, method, asked) for method in methods]
    new_form = _form(request, None, asked)
    if asked is None:
        return _page(request, forms, new_form, status=200)
    chosen = next((form for form in forms if form.method and str(form.method.pk) == asked), None)
    form = new_form if asked == "new" else chosen
    if form is None:
        messages.error(request, _("This way of delivery is gone. Somebody may have removed it a moment ago."))
        return redirect("dashboard_shipping")
    if "remove" in request.POST and form.method is not None:
        return _remove(request, form.method)
    if form.is_valid():
        try:
            save_method(method_id=form.method.pk if form.method else None, **form.cleaned_data)
        except ShopsteadError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. Checkout uses it from now on."))
            return redirect("dashboard_shipping")
    return _page(request, forms, new_form, status=422)


def _remove(request: HttpRequest, method: ShippingMethod) -> HttpResponse:
    try:
        remove_method(method_id=method.pk)
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Removed “%(name)s”. Orders that use it keep its name.") % {"name": method.name})
    return redirect("dashboard_shipping")


def _form(request: HttpRequest, method: ShippingMethod | None, asked: str | None) -> MethodForm:
    is_asked = asked is not None and asked == (str(method.pk) if method else "new")
    return MethodForm(request.POST if is_asked else None, currency=request.tenant.currency, method=method)


def _page(request: HttpRequest, forms: list[MethodForm], new_form: MethodForm, *, status: int) -> HttpResponse:
    places = {form.method.zone_id: _where(form.method) for form in forms if form.method}
    context = {"forms": forms, "new_form": new_form, "places": places, "currency": request.tenant.currency}
    return render(request, "shipping/rates.html", context, status=status)


def _where(method: ShippingMethod) -> str:
    return ", ".join(country_name(code) for code in method.zone.countries) or method.zone.name


urlpatterns = [path("", rates, name="dashboard_shipping")]
