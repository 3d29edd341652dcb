"""Checkout on one page; the same with and without a script."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.addresses import client_address
from core.clock import utc_now
from core.db.contention import TooManyAtOnce
from core.errors import ShopsteadError
from core.http import HttpRequest
from integrations.stripe.errors import StripeRefused, StripeUnavailable
from storefront.carts.errors import CodeRefused
from storefront.carts.models import Cart
from storefront.carts.notices import find_notice, say_once, send_notice
from storefront.carts.quoting import Buyer, get_quote
from storefront.carts.selectors import SESSION_KEY, find_cart, tell_cart_items
from storefront.carts.services import Typed, drop_code, enter_code
from storefront.catalog.errors import GoodsBusy
from storefront.checkout.details import CheckoutDetails, parse_details
from storefront.checkout.drawing import draw_form, draw_quote, reminder_words
from storefront.checkout.errors import (
    CartNotBuyable,
    CheckoutClosed,
    DetailsRefused,
    EmptyCart,
    NoDelivery,
    TotalChanged,
    WayToPayRefused,
)
from storefront.checkout.seen import Seen, read_seen
from storefront.checkout.selectors import (
    find_address,
    find_known_details,
    find_order_of_cart,
    list_saved_addresses,
)
from storefront.checkout.services import start_checkout
from storefront.checkout.ways import check_open, list_ways
from storefront.credits.errors import CreditGone
from storefront.discounts.errors import DiscountGone
from storefront.inventory.errors import InsufficientStock
from storefront.orders.enums import OrderStatus
from storefront.payments.errors import PaymentsNotReady, PaymentSuperseded
from storefront.payments.selectors import Till, get_till
from storefront.recovery.selectors import asks_at_checkout
from storefront.recovery.services import answer_at_checkout
from storefront.taxes.errors import TaxUnavailable, VatIdRefused
from storefront.taxes.services import check_vat_id
from storefront.taxes.vat_ids import EUROPEAN_UNION
from tenants.selectors import store_url


@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    token = request.session.get(SESSION_KEY)
    cart = find_cart(token)
    order = find_order_of_cart(token) if cart is None or cart.order_token else None
    if order is not None and order.status != OrderStatus.PENDING:
        return redirect("order", token=order.token)
    if request.method == "POST" and cart is not None and not _only_asks(request.POST):
        return _submit(request, cart)
    try:
        till = check_open(tenant=request.tenant, now=utc_now())
    except (CheckoutClosed, PaymentsNotReady) as closed:
        return _closed(request, closed)
    if cart is None:
        return redirect("cart")
    if request.method == "POST":
        return _refresh(request, cart, till)
    known = find_known_details(customer=request.customer, order=order, country=request.tenant.country)
    left = find_notice(request)
    notice = _("Payment was not finished. Nothing was charged.") if request.GET.get("canceled") else ""
    response = _form(request, cart, known, till=till, notice=notice or (str(left["text"]) if left else ""))
    return say_once(request, response)


def _only_asks(sent: Mapping[str, Any]) -> bool:
    """Tell whether the form is not to be carried out yet: something was chosen, or a code typed or taken out."""
    return bool(sent.get("code")) or any(name in sent for name in ("refresh", "drop_code", "drop_card"))


def _refresh(request: HttpRequest, cart: Cart, till: Till) -> HttpResponse:
    """Show the form anew with what was typed, after putting a code in or taking one out where that was asked."""
    sent, now, errors = _typed(request), utc_now(), {}
    seen = read_seen(request.POST.get("seen", ""))
    try:
        if sent.get("code"):
            who = Typed(client_address(request), request.customer.pk if request.customer else None)
            enter_code(cart=cart, text=str(sent["code"]), who=who, now=now)
            sent["code"] = ""
        elif "drop_code" in sent:
            drop_code(cart=cart, code=str(sent["drop_code"])[:80], now=now)
        elif "drop_card" in sent and _is_key(str(sent["drop_card"])):
            drop_code(cart=cart, card_id=int(str(sent["drop_card"])), now=now)
    except CodeRefused as error:
        errors["code"] = str(error)
    status = 422 if errors and not request.htmx else 200
    return _form(request, cart, sent, till=till, errors=errors, seen=seen, status=status)


def _submit(request: HttpRequest, cart: Cart) -> HttpResponse:
    seen, typed = read_seen(request.POST.get("seen", "")), _typed(request)
    try:
        started = start_checkout(
            tenant=request.tenant,
            cart=cart,
            details=_details(typed),
            now=utc_now(),
            base_url=store_url(request.tenant, ""),
            customer=request.customer,
            language=get_language() or "en",
            expected_total=_expected(seen, typed),
            expected_currency=seen.currency if seen else "",
        )
    except (CheckoutClosed, PaymentsNotReady) as closed:
        return _closed(request, closed)
    except DetailsRefused as error:
        return _form(request, cart, typed, errors=error.errors, status=error.status)
    except WayToPayRefused as error:
        return _form(request, cart, typed, errors={"payment_method": str(error)}, status=error.status)
    except NoDelivery as error:
        errors = {error.field or "country": str(error)}
        return _form(request, cart, typed, errors=errors, status=error.status)
    except (CartNotBuyable, EmptyCart, InsufficientStock) as error:
        text = _("%(problem)s Nothing was charged.") % {"problem": error}
        response = _see("cart")
        send_notice(response, {"text": text, "kind": "bad"})
        return response
    except (
        TotalChanged,
        DiscountGone,
        CreditGone,
        PaymentSuperseded,
        StripeRefused,
        TooManyAtOnce,
        GoodsBusy,
    ) as error:
        return _form(request, cart, typed, alert=str(error), seen=seen, status=error.status)
    except TaxUnavailable as error:
        return _form(request, cart, typed, alert=str(error), asks_taxes=False, status=error.status)
    except StripeUnavailable as error:
        return _form(request, cart, typed, alert=_unavailable(error), try_again=True, status=error.status)
    _note_reminder(request, started.order.customer_id)
    if started.redirect_url is None:
        return redirect("order", token=started.order.token)
    response = HttpResponseRedirect(started.redirect_url)
    response.status_code = 303
    return response


def _note_reminder(request: HttpRequest, customer_id: int | None) -> None:
    """Keep what was ticked about reminders; nothing is written where nothing was."""
    rule = asks_at_checkout() if "reminder" in request.POST else None
    if rule is not None and customer_id is not None:
        words, visitor = reminder_words(rule), request.customer
        is_signed_in = visitor is not None and visitor.pk == customer_id
        answer_at_checkout(customer_id=customer_id, rule=rule, words=words, is_signed_in=is_signed_in, now=utc_now())


def _details(typed: Mapping[str, Any]) -> CheckoutDetails:
    """Return the details that were typed, with a VAT number as registers write it.

    Raises: DetailsRefused.
    """
    details = parse_details(
        typed,
        needs_delivery="country" in typed,
        is_pickup=_is_key(str(typed.get("way") or "")),
        by_form=True,
    )
    vat_id, problem = _find_vat_id(typed, details.country)
    if problem:
        raise DetailsRefused({"vat_id": problem})
    return replace(details, vat_id=vat_id)


def _find_vat_id(typed: Mapping[str, Any], country: str) -> tuple[str, str]:
    """Return the VAT number that was typed as registers write it, and what is wrong with it."""
    text = str(typed.get("vat_id") or "").strip()
    if not text or country not in EUROPEAN_UNION:
        return "", ""
    try:
        return check_vat_id(text=text, country=country, now=utc_now()).vat_id, ""
    except VatIdRefused as error:
        return "", str(error)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Return what was sent, with the way of delivery by its key where the goods are picked up.

    A saved address that was chosen stands in the place of what its boxes would hold.
    """
    sent: dict[str, Any] = request.POST.dict()
    if _is_key(str(sent.get("way") or "")):
        return {**sent, "shipping_method_id": sent["way"]}
    address = find_address(customer=request.customer, address_id=sent.get("saved", ""))
    return {**sent, **address} if address else sent


def _closed(request: HttpRequest, reason: ShopsteadError) -> HttpResponse:
    return render(request, "checkout/closed.html", {"reason": reason}, status=reason.status, using="jinja2")


def _form(
    request: HttpRequest,
    cart: Cart,
    values: Mapping[str, Any],
    *,
    till: Till | None = None,
    errors: Mapping[str, str] | None = None,
    alert: str = "",
    notice: str = "",
    seen: Seen | None = None,
    try_again: bool = False,
    asks_taxes: bool = True,
    status: int = 200,
) -> HttpResponse:
    errors = dict(errors or {})
    saved = list_saved_addresses(request.customer)
    chosen = next((one for one in saved if str(one.pk) == str(values.get("saved", ""))), None)
    country = str((chosen.country if chosen else values.get("country")) or request.tenant.country).upper()[:2]
    way = str(values.get("way") or "")
    method = way if _is_key(way) else str(values.get("shipping_method_id") or "")
    vat_id, problem = _find_vat_id(values, country)
    if problem:
        errors.setdefault("vat_id", problem)
    buyer = Buyer(
        country=country,
        region=chosen.province if chosen else str(values.get("province") or ""),
        customer_id=request.customer.pk if request.customer else None,
        vat_id=vat_id,
        address={name: str(values.get(name) or "") for name in ("line1", "line2", "city", "postcode")},
    )
    method_id = int(method) if _is_key(method) else None
    find_quote = partial(get_quote, cart=cart, buyer=buyer, method_id=method_id, now=utc_now())
    try:
        quote = find_quote(asks=asks_taxes and request.method == "POST")
    except TaxUnavailable as error:
        alert, quote = alert or str(error), find_quote()
    if not quote.view.lines or quote.view.problems:
        return _see("cart", request)
    ways = list_ways(till or get_till(request.tenant), quote, country=country, tenant=request.tenant)
    tell_cart_items(request, quote.view.items_count)
    context = {
        **draw_form(values, errors, country=country, saved=saved, chosen=chosen),
        **draw_quote(quote, country=country, seen=seen),
        "alert": alert,
        "notice": notice,
        "try_again": try_again,
        "ways": ways,
        "way": next((one for one in ways if one.kind == values.get("payment_method")), ways[0] if ways else None),
    }
    return render(request, "checkout/checkout.html", context, status=status, using="jinja2")


def _expected(seen: Seen | None, typed: Mapping[str, Any]) -> int:
    """Return the sum that the page showed for the way of delivery that was chosen; one that nobody asks for where it is lost."""
    method = str(typed.get("shipping_method_id") or "")
    return seen.total_with(int(method) if _is_key(method) else None) if seen else -1


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _unavailable(error: ShopsteadError) -> str:
    return _("%(reason)s Nothing was charged. Your order and your cart are kept: try again in a minute.") % {
        "reason": error
    }


def _see(name: str, request: HttpRequest | None = None) -> HttpResponse:
    """Lead to another page; a script that asked for a part of this one is told to go there as a whole."""
    if request is not None and request.htmx:
        return HttpResponse(headers={"HX-Redirect": reverse(name)})
    response = redirect(name)
    response.status_code = 303
    return response


urlpatterns = [path("checkout/", checkout, name="checkout")]
