"""The cart: look at it, add, change, remove, undo; the same with and without a script."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.clock import utc_now
from core.csrf import same_origin_form
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.reversing import plain_path
from storefront.carts.currency import cart_currency, say_repriced
from storefront.carts.errors import LineNotFound, VariantUnavailable
from storefront.carts.models import Cart
from storefront.carts.notices import find_notice, say_once, send_notice
from storefront.carts.quantities import parse_quantity
from storefront.carts.quoting import Buyer, get_quote
from storefront.carts.selectors import SESSION_KEY, find_cart, get_cart_view, tell_cart_items
from storefront.carts.services import (
    CartChange,
    add_for_shopper,
    change_currency,
    remove_line,
    set_quantity,
)
from storefront.catalog.pages import show_product
from storefront.catalog.selectors import active_products, list_best_cards
from storefront.catalog.shown import find_prices, keep_currency, shown
from storefront.credits.presents import is_present_typed, read_present
from storefront.shipping.countries import country_name
from storefront.shipping.dates import format_window


@require_GET
@never_cache
def cart(request: HttpRequest) -> HttpResponse:
    notice = find_notice(request)
    return say_once(request, _render(request, find_cart(request.session.get(SESSION_KEY)), notice=notice))


@require_POST
@same_origin_form
def cart_add(request: HttpRequest) -> HttpResponse:
    try:
        quantity = parse_quantity(request.POST.get("quantity", "1"))
        variant_id = _number(request.POST.get("variant_id", ""))
        if variant_id is None:
            raise VariantUnavailable(_("Choose what to add first. Your cart is unchanged."), field="variant_id")
        token, change = add_for_shopper(
            token=request.session.get(SESSION_KEY),
            customer=request.customer,
            variant_id=variant_id,
            quantity=quantity,
            now=utc_now(),
            currency=cart_currency(shown()),
            present=read_present(request.POST, now=utc_now()),
        )
    except ShopsteadError as error:
        return _present_refused(request, error) or _refused(request, error)
    if request.session.get(SESSION_KEY) != token:
        request.session[SESSION_KEY] = token
    text = f"{_added(change)} {say_repriced(shown().currency)}" if change.was_repriced else _added(change)
    notice = {"text": text, "kind": "ok"}
    if request.htmx and not _swaps_cart(request):
        context = {"notice": notice, "items_count": change.items_count}
        return render(request, "carts/added.html", context, using="jinja2")
    return _done(request, token, notice)


@require_POST
@same_origin_form
def currency(request: HttpRequest) -> HttpResponse:
    """Show prices in another currency from now on, those in the cart too, and go back to the page."""
    prices = find_prices(request.POST.get("currency", ""))
    basket = find_cart(request.session.get(SESSION_KEY)) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if basket and change_currency(cart=basket, currency=cart_currency(prices), now=utc_now()):
        messages.info(request, say_repriced(prices.currency))
    response = HttpResponseRedirect(_back(request.POST.get("next", "")))
    response.status_code = 303
    keep_currency(response, prices)
    return response


def _back(address: str) -> str:
    """Return the page that the choice was made on; what it says of prices was said in the other currency."""
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return reverse("home")
    path_, _mark, query = address.partition("?")
    kept = [pair for pair in parse_qsl(query, max_num_fields=50)[:50] if pair[0] not in ("from", "to", "page")]
    return f"{iri_to_uri(path_)}?{urlencode(kept)}" if kept else iri_to_uri(path_)


@require_POST
def cart_update(request: HttpRequest) -> HttpResponse:
    basket = find_cart(request.session.get(SESSION_KEY))
    line_id = _number(request.POST.get("line", ""))
    try:
        if basket is None or line_id is None:
            raise LineNotFound(_("This is no longer in your cart."))
        notice = _change(basket, line_id, request.POST)
    except ShopsteadError as error:
        return _refused(request, error)
    return _done(request, basket.token, notice)


def _change(basket: Cart, line_id: int, data: Any) -> dict[str, Any] | None:
    now = utc_now()
    action = data.get("action", "set")
    if action == "remove":
        return _removed(remove_line(cart=basket, line_id=line_id, now=now))
    quantity = parse_quantity(data.get("quantity", ""))
    if action == "fewer" and quantity == 1:
        return _removed(remove_line(cart=basket, line_id=line_id, now=now))
    step = {"more": 1, "fewer": -1}.get(action, 0)
    change = set_quantity(cart=basket, line_id=line_id, quantity=quantity + step, now=now)
    return {"text": _capped(change), "kind": "warn"} if change.was_capped else None


def _done(request: HttpRequest, token: str, notice: dict[str, Any] | None) -> HttpResponse:
    if request.htmx:
        return _render(request, find_cart(token), notice=notice)
    response = HttpResponseRedirect(reverse("cart"))
    response.status_code = 303
    if notice:
        send_notice(response, notice)
    return response


def _present_refused(request: HttpRequest, error: ShopsteadError) -> HttpResponse | None:
    """Show the gift card's page again, with all that was typed about who gets it; None where nothing was."""
    handle = _find_gift_card(request.POST.get("variant_id", "")) if is_present_typed(request.POST) else None
    if handle is None or request.htmx:
        return None
    variant_id = _number(request.POST.get("variant_id", ""))
    return show_product(request, handle, variant_id=variant_id, typed=request.POST, refused=error)


def _find_gift_card(typed: str) -> str | None:
    variant_id = _number(typed)
    card = active_products().filter(variants=variant_id, variants__is_gift_card=True).first() if variant_id else None
    return card.handle if card else None


def _refused(request: HttpRequest, error: ShopsteadError) -> HttpResponse:
    basket = find_cart(request.session.get(SESSION_KEY))
    notice = {"text": str(error), "kind": "bad"}
    if request.htmx and not _swaps_cart(request):
        context = {"notice": notice, "items_count": basket.lines_count if basket else 0}
        return render(request, "carts/added.html", context, status=error.status, using="jinja2")
    return _render(request, basket, notice=notice, status=error.status)


def _render(
    request: HttpRequest, basket: Cart | None, *, notice: dict[str, Any] | None, status: int = 200
) -> HttpResponse:
    country = request.tenant.country
    buyer = Buyer(country=country, customer_id=request.customer.pk if request.customer else None)
    quote = get_quote(cart=basket, buyer=buyer, method_id=None, now=utc_now()) if basket else None
    rate = quote.rate if quote else None
    view = quote.view if quote else get_cart_view(None)
    tell_cart_items(request, view.items_count)
    context = {
        "view": view,
        "quote": quote,
        "rate": rate,
        "window": format_window(rate.from_date, rate.to_date) if rate else "",
        "country": country_name(country),
        "total_amount": quote.totals.due if quote else 0,
        "notice": notice,
        "best": [] if view.lines else list_best_cards(limit=4),
        "own_path": plain_path("cart"),
    }
    template = "carts/body.html" if _swaps_cart(request) else "carts/cart.html"
    return render(request, template, context, status=status, using="jinja2")


def _swaps_cart(request: HttpRequest) -> bool:
    """Tell whether the answer goes in the place of the cart's body; htmx names its target as `div#cart`."""
    return bool(request.htmx) and str(request.htmx.target or "").rpartition("#")[2] == "cart"


def _added(change: CartChange) -> str:
    if change.was_capped:
        return _capped(change)
    return _("Added: %(title)s. You have %(num)s in your cart.") % {"title": change.title, "num": change.quantity}


def _capped(change: CartChange) -> str:
    return ngettext(
        "Only %(num)s of “%(title)s” is left. Your cart has it now.",
        "Only %(num)s of “%(title)s” are left. Your cart has all of them now.",
        change.quantity,
    ) % {"num": change.quantity, "title": change.title}


def _removed(change: CartChange) -> dict[str, Any]:
    if change.had_presents:  # What was written for somebody does not come back by one press.
        return {"text": _("Removed: %(title)s.") % {"title": change.title}, "kind": ""}
    undo = {"variant_id": change.variant_id, "quantity": change.removed_quantity}
    return {"text": _("Removed: %(title)s.") % {"title": change.title}, "kind": "", "undo": undo}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


urlpatterns = [
    path("cart/", cart, name="cart"),
    path("currency/", currency, name="currency"),
    path("cart/add/", cart_add, name="cart_add"),
    path("cart/update/", cart_update, name="cart_update"),
]
