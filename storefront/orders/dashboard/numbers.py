"""Settings of how orders are numbered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.orders.forms import NumbersForm
from storefront.orders.selectors import get_number_series
from storefront.orders.services import save_number_series
from tenants.people.permissions import Permission

FIELDS = {"prefix": "before", "suffix": "after", "next_number": "next_number"}


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """Show how the next order will be called; change it."""
    series = get_number_series()
    is_sent = request.method == "POST"
    form = NumbersForm(request.POST if is_sent else None, series=series)
    if is_sent and form.is_valid():
        try:
            given = form.cleaned_data
            save_number_series(prefix=given["before"], suffix=given["after"], next_number=given["next_number"])
        except ShopsteadError as error:
            form.add_error(FIELDS.get(error.field or ""), str(error))
        else:
            messages.success(request, _("Saved. The next order is called so."))
            return redirect("dashboard_order_numbers")
    context = {
        "form": form,
        "example": f"{series.prefix}{series.next_number}{series.suffix}",
        "crumbs": [{"label": _("Settings"), "url": reverse("dashboard_settings")}],
    }
    return render(request, "orders/dashboard/numbers.html", context, status=422 if is_sent else 200)


urlpatterns = [path("", numbers, name="dashboard_order_numbers")]
