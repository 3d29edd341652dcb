"""The page of a way to pay: on or off, what shoppers read, and its limits."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.payments.forms import WayForm
from storefront.payments.models import WayKind
from storefront.payments.selectors.ways import get_row
from storefront.payments.services.ways import save_way
from tenants.people.permissions import Permission


@needs(Permission.PAYMENTS_VIEW, change=Permission.PAYMENTS_EDIT)
@require_http_methods(["GET", "POST"])
def way(request: HttpRequest, kind: str) -> HttpResponse:
    """Show a way to pay; change it."""
    row, tenant = get_row(kind), request.tenant
    form = WayForm(
        request.POST if request.method == "POST" else None,
        row=row,
        currency=tenant.currency,
        country=tenant.country,
        languages=tenant.further_languages,
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_way(kind=kind, draft=form.draft())
        except ShopsteadError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved. Checkout uses it from now on."))
            return redirect("dashboard_payments")
    context = {
        "form": form,
        "row": row,
        "label": WayKind(kind).label,
        "currency": tenant.currency,
        "crumbs": [
            {"label": _("Settings"), "url": reverse("dashboard_settings")},
            {"label": _("Payments"), "url": reverse("dashboard_payments")},
        ],
    }
    return render(request, "payments/dashboard/way.html", context, status=422 if request.method == "POST" else 200)
