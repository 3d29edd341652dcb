"""Correct where an order goes."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.db.contention import TooManyAtOnce
from core.http import HttpRequest
from storefront.amendments.errors import AddressRefused
from storefront.amendments.services import change_address, may_change_address
from storefront.checkout.address_form import draw_boxes
from storefront.checkout.details import LIMITS
from storefront.checkout.errors import DetailsRefused
from storefront.customers.forms import country_label
from storefront.orders.models import Order
from storefront.orders.selectors import get_order_page
from tenants.people.permissions import Permission


@needs(Permission.ORDERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_order_page(pk, now=utc_now()).order
    if not may_change_address(order):
        messages.warning(request, _("This order was sent or canceled, so its address stays. Nothing was changed."))
        return redirect("dashboard_order", pk=pk)
    if request.method != "POST":
        return _page(request, order, order.shipping_address, {})
    typed = {name: request.POST.get(name, "") for name in LIMITS}
    if "look" in request.POST:  # Cities and districts of another province, without a script.
        return _page(request, order, typed, {})
    try:
        change_address(order_id=pk, typed=typed, actor=request.user.get_username(), now=utc_now())
    except DetailsRefused as error:
        return _page(request, order, typed, error.errors)
    except (AddressRefused, TooManyAtOnce) as error:
        return _page(request, order, typed, {error.field or "": str(error)})
    messages.success(request, _("The address is changed."))
    return redirect("dashboard_order", pk=pk)


def _page(request: HttpRequest, order: Order, values: Mapping[str, Any], errors: Mapping[str, Any]) -> HttpResponse:
    country = str(order.shipping_address["country"])
    boxes = draw_boxes(country, values, errors)
    context = {
        "order": order,
        "rows": [boxes.first, *boxes.rows, [boxes.line2]],
        "errors": errors,
        "general": errors.get("", ""),
        "has_phone": any(box.name == "phone" for box in boxes.first),
        "phone": values.get("phone", ""),
        "company": values.get("company", ""),
        "country": country_label(country),
        "crumbs": [
            {"url": reverse("dashboard_orders"), "label": _("Orders")},
            {"url": reverse("dashboard_order", args=[order.pk]), "label": order.name},
        ],
    }
    return render(request, "amendments/address.html", context, status=422 if errors else 200)
