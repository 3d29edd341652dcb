"""Checkout on one page; the same with and without a script."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from integrations.stripe.errors import StripeRefused, StripeUnavailable
from storefront.carts.models import Cart
from storefront.carts.selectors import SESSION_KEY, find_cart
from storefront.checkout.details import STRIPE, parse_details
from storefront.checkout.errors import (
    CartNotBuyable,
    CheckoutClosed,
    DetailsRefused,
    EmptyCart,
    NoDelivery,
    TotalChanged,
)
from storefront.checkout.selectors import Quote, find_known_details, find_order_of_cart, get_quote, needs_delivery
from storefront.checkout.services import check_open, start_checkout
from storefront.inventory.errors import InsufficientStock
from storefront.orders.enums import OrderStatus
from storefront.payments.errors import PaymentsNotReady, PaymentSuperseded
from storefront.shipping.countries import list_countries
from storefront.shipping.dates import format_window
from storefront.shipping.enums import Refusal
from tenants.selectors import store_url

FIELDS = ("email", "name", "country", "line1", "line2", "city", "province", "postcode")
NOTICE_KEY = "cart_notice"


@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    token = request.session.get(SESSION_KEY)
    cart, order = find_cart(token), find_order_of_cart(token)
    if order is not None and order.status != OrderStatus.PENDING:
        return redirect("order", token=order.token)
    try:
        check_open(tenant=request.tenant, payment_method=STRIPE, now=utc_now())
    except (CheckoutClosed, PaymentsNotReady) as closed:
        return render(request, "checkout/closed.html", {"reason": closed}, status=closed.status, using="jinja2")
    if cart is None:
        return redirect("cart")
    if request.method == "POST" and "refresh" not in request.POST:
        return _submit(request, cart)
    known = find_known_details(customer=request.customer, order=order, country=request.tenant.country)
    values = request.POST if request.method == "POST" else known
    notice = _("Payment was not finished. Nothing was charged.") if request.GET.get("canceled") else ""
    return _form(request, cart, values, notice=notice)


def _submit(request: HttpRequest, cart: Cart) -> HttpResponse:
    try:
        started = start_checkout(
            tenant=request.tenant,
            cart=cart,
            details=parse_details(
                {**request.POST.dict(), "payment_method": STRIPE}, needs_delivery=needs_delivery(cart)
            ),
            now=utc_now(),
            base_url=store_url(request.tenant, ""),
            customer=request.customer,
            language=get_language() or "en",
            expected_total=_seen_total(request.POST),
            expected_currency=request.POST.get("seen_currency", "")[:3],
        )
    except DetailsRefused as error:
        return _form(request, cart, request.POST, errors=error.errors, status=error.status)
    except NoDelivery as error:
        errors = {error.field or "country": str(error)}
        return _form(request, cart, request.POST, errors=errors, status=error.status)
    except (CartNotBuyable, EmptyCart, InsufficientStock) as error:
        request.session[NOTICE_KEY] = {
            "text": _("%(problem)s Nothing was charged.") % {"problem": error},
            "kind": "bad",
        }
        return _see("cart")
    except (TotalChanged, PaymentSuperseded, StripeRefused) as error:
        return _form(request, cart, request.POST, alert=str(error), status=error.status)
    except StripeUnavailable as error:
        return _form(request, cart, request.POST, alert=_unavailable(error), try_again=True, status=error.status)
    if started.redirect_url is None:
        return redirect("order", token=started.order.token)
    response = HttpResponseRedirect(started.redirect_url)
    response.status_code = 303
    return response


def _form(
    request: HttpRequest,
    cart: Cart,
    values: Mapping[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    alert: str = "",
    notice: str = "",
    try_again: bool = False,
    status: int = 200,
) -> HttpResponse:
    country = str(values.get("country") or request.tenant.country).upper()[:2]
    method = str(values.get("shipping_method_id") or "")
    quote = get_quote(
        cart=cart,
        country=country,
        region=str(values.get("province") or ""),
        method_id=int(method) if method.isdigit() else None,
    )
    if not quote.view.lines or quote.view.problems:
        return _see("cart")
    context = {
        "values": {name: values.get(name, "") for name in FIELDS} | {"country": country},
        "errors": errors or {},
        "summary": _summarize(errors or {}, country),
        "alert": alert,
        "notice": notice,
        "try_again": try_again,
        "quote": quote,
        "rates": [(rate, format_window(rate.from_date, rate.to_date)) for rate in quote.rates],
        "countries": list_countries(),
        "labels": {name: _label(name, country) for name in FIELDS},
        "no_delivery": _no_delivery(quote),
    }
    return render(request, "checkout/checkout.html", context, status=status, using="jinja2")


def _summarize(errors: Mapping[str, str], country: str) -> list[tuple[str, str]]:
    return [
        (f"id_{name}", _("%(label)s: %(text)s") % {"label": _label(name, country), "text": text})
        for name, text in _in_order(errors)
    ]


def _in_order(errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the errors from the top of the form to its foot."""
    return sorted(errors.items(), key=lambda item: FIELDS.index(item[0]) if item[0] in FIELDS else len(FIELDS))


def _label(name: str, country: str) -> str:
    labels = {
        "email": _("E-mail"),
        "name": _("Full name"),
        "country": _("Country"),
        "line1": _("Street and number"),
        "line2": _("Apartment or unit"),
        "city": _("City"),
        "province": _province(country),
        "postcode": _("ZIP code") if country == "US" else _("Postcode"),
        "shipping_method_id": _("Delivery"),
    }
    return labels.get(name, name)


def _province(country: str) -> str:
    if country in ("CN", "CA"):
        return _("Province")
    return _("State") if country in ("US", "AU", "IN", "MX", "BR") else _("Province or state")


def _no_delivery(quote: Quote) -> str:
    if quote.needs_delivery and not quote.rates:
        return str((quote.refusal or Refusal.NOWHERE).label)
    return ""


def _seen_total(data: Mapping[str, Any]) -> int | None:
    """Return the sum that the page showed for the way of delivery that was chosen, or None where it showed none."""
    seen = [data.get("seen_subtotal", ""), data.get(f"seen_rate_{data.get('shipping_method_id', '')}", "0")]
    return sum(int(text) for text in seen) if all(text.isascii() and text.isdigit() for text in seen) else None


def _unavailable(error: ShopsteadError) -> str:
    return _("%(reason)s Nothing was charged. Your order and your cart are kept: try again in a minute.") % {
        "reason": error
    }


def _see(name: str) -> HttpResponse:
    response = redirect(name)
    response.status_code = 303
    return response


urlpatterns = [path("checkout/", checkout, name="checkout")]
