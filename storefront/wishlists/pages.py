"""Saved items, the same with and without a script, and the cards of what a browser remembers having seen."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.clock import utc_now
from core.csrf import same_origin_form
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.carts.currency import cart_currency
from storefront.carts.selectors import SESSION_KEY as CART_KEY
from storefront.carts.services import get_or_create_cart
from storefront.catalog.shown import shown
from storefront.customers.names import short_name
from storefront.customers.pages import signed_in_only
from storefront.wishlists.errors import ChooseVersion
from storefront.wishlists.models import Wishlist
from storefront.wishlists.selectors import (
    SESSION_KEY,
    find_list,
    find_shared,
    list_items,
    list_saved_ids,
    list_seen_cards,
)
from storefront.wishlists.services import get_or_create_list, move_to_cart, remove_item, save_item, set_sharing
from tenants.selectors import store_url

HINT_COOKIE = "shopstead_saved"
HINT_SECONDS = 60 * 24 * 3600
MOST_SEEN = 12


@never_cache
@require_GET
def saved(request: HttpRequest) -> HttpResponse:
    """Show the list of a browser; a customer has theirs in the account."""
    return redirect("account_saved") if request.customer else _list_page(request)


@signed_in_only
@require_GET
def account_saved(request: HttpRequest) -> HttpResponse:
    return _list_page(request)


@never_cache
@require_GET
def saved_ids(request: HttpRequest) -> JsonResponse:
    """Answer which hearts are full."""
    return JsonResponse({"ids": list_saved_ids(find_list(request))})


@same_origin_form
@never_cache
@require_POST
def toggle(request: HttpRequest) -> HttpResponse:
    """Save a product or take it off again; a script gets JSON, a form the page it came from."""
    product_id = _number(request.POST.get("product_id", ""))
    found = find_list(request)
    is_saved = False
    try:
        if found is None or not remove_item(wishlist=found, product_id=product_id or 0):
            found = found or _new_list(request)
            variant_id = _number(request.POST.get("variant_id", ""))
            save_item(wishlist=found, product_id=product_id or 0, variant_id=variant_id, now=utc_now())
            is_saved = True
    except ShopsteadError as error:
        if _wants_json(request):
            return JsonResponse({"error": str(error)}, status=error.status)
        messages.error(request, str(error))
        return redirect(_target(request))
    if _wants_json(request):
        return _hint(JsonResponse({"saved": is_saved, "count": len(list_saved_ids(found))}), is_any=True)
    messages.success(request, _("Saved for later.") if is_saved else _("Taken off your list."))
    return _hint(redirect(_target(request)), is_any=True)


@never_cache
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Take a thing off the list, or carry it to the cart."""
    found = find_list(request)
    item_id = _number(request.POST.get("item", ""))
    item = found.items.filter(pk=item_id).select_related("product").first() if found and item_id else None
    if found is None or item is None:
        messages.info(request, _("This is not on your list any more."))
        return redirect("saved")
    if request.POST.get("action") == "remove":
        remove_item(wishlist=found, product_id=item.product_id)
        messages.success(request, _("Taken off your list."))
        return redirect("saved")
    cart = get_or_create_cart(
        token=request.session.get(CART_KEY),
        customer=request.customer,
        now=utc_now(),
        currency=cart_currency(shown()),
    )
    try:
        moved = move_to_cart(wishlist=found, item_id=item.pk, cart=cart, now=utc_now())
    except ChooseVersion:
        return redirect("product", handle=item.product.handle)
    except ShopsteadError as error:
        messages.error(request, str(error))
        return redirect("saved")
    request.session[CART_KEY] = cart.token
    messages.success(request, _("In your cart: %(title)s.") % {"title": moved.title})
    return redirect("saved")


@signed_in_only
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Open the list to whoever knows its address, or close it again."""
    found = get_or_create_list(customer=request.customer, guest_token=None, now=utc_now())
    is_shared = request.POST.get("action") == "open"
    set_sharing(wishlist=found, is_shared=is_shared)
    messages.success(request, _("Your list has an address now.") if is_shared else _("The address no longer works."))
    return redirect("account_saved")


@require_GET
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show somebody's list to whoever knows its address."""
    found = find_shared(token)
    if found is None:
        raise Http404(_("This list is not shared any more."))
    name = short_name(found.customer.name) if found.customer else ""
    context = {"rows": list_items(found), "name": name}
    response = render(request, "wishlists/shared.html", context, using="jinja2")
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


@require_GET
def seen(request: HttpRequest) -> HttpResponse:
    """Answer with the cards of ?ids=1,2,3: the browser remembers them, this address only draws, for everybody the same."""
    asked = [number for text in request.GET.get("ids", "")[:300].split(",") if (number := _number(text))]
    cards = list_seen_cards(list(dict.fromkeys(asked))[:MOST_SEEN])
    response = render(request, "wishlists/seen.html", {"cards": cards}, using="jinja2")
    response["Cache-Control"] = "private, max-age=60"
    response["X-Robots-Tag"] = "noindex"
    return response


def _list_page(request: HttpRequest) -> HttpResponse:
    found = find_list(request)
    rows = list_items(found)
    address = ""
    if found and found.share_token:
        address = store_url(current_tenant(), reverse("saved_shared", args=[found.share_token]))
    context: dict[str, Any] = {"rows": rows, "share_url": address}
    response = render(request, "wishlists/saved.html", context, using="jinja2")
    return _hint(response, is_any=bool(rows))


def _new_list(request: HttpRequest) -> Wishlist:
    made = get_or_create_list(customer=request.customer, guest_token=request.session.get(SESSION_KEY), now=utc_now())
    if request.customer is None:
        request.session[SESSION_KEY] = made.guest_token
    return made


def _hint(response: HttpResponse, *, is_any: bool) -> HttpResponse:
    """Tell the browser's script whether asking for hearts is worth a request; the cookie says nothing of anybody."""
    if is_any:
        response.set_cookie(HINT_COOKIE, "1", max_age=HINT_SECONDS, samesite="Lax")
    else:
        response.delete_cookie(HINT_COOKIE, samesite="Lax")
    return response


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _target(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    is_safe = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_safe and len(target) <= 300 else reverse("saved")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


urlpatterns = [
    path("saved/", saved, name="saved"),
    path("saved/ids/", saved_ids, name="saved_ids"),
    path("saved/toggle/", toggle, name="saved_toggle"),
    path("saved/change/", change, name="saved_change"),
    path("saved/shared/<str:token>/", shared, name="saved_shared"),
    path("account/saved/", account_saved, name="account_saved"),
    path("account/saved/share/", share, name="saved_share"),
    path("seen/", seen, name="seen"),
]
