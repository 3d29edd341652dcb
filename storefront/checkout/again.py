"""Buy what an order had once more: its goods go into the cart, at today's prices."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.carts.currency import cart_currency
from storefront.carts.selectors import SESSION_KEY
from storefront.carts.services import add_to_cart, get_or_create_cart
from storefront.catalog.shown import shown
from storefront.orders.errors import OrderNotFound
from storefront.orders.selectors import get_order_by_token, list_lines


@never_cache
@require_POST
def again(request: HttpRequest, token: str) -> HttpResponse:
    """Put an order's goods into the cart; what is not sold any more is named and left out."""
    try:
        lines = list_lines(get_order_by_token(token))
    except OrderNotFound as error:
        raise Http404(str(error)) from error
    cart = get_or_create_cart(
        token=request.session.get(SESSION_KEY),
        customer=request.customer,
        now=utc_now(),
        currency=cart_currency(shown()),
    )
    added, missing = 0, []
    for line in lines:
        try:
            add_to_cart(cart=cart, variant_id=line.variant_id or 0, quantity=line.quantity, now=utc_now())
        except ShopsteadError:
            missing.append(line.title)
        else:
            added += 1
    request.session[SESSION_KEY] = cart.token
    if added:
        text = ngettext("%(num)s thing is in your cart again.", "%(num)s things are in your cart again.", added)
        messages.success(request, text % {"num": added})
    if missing:
        messages.info(request, _("Not to be had now: %(titles)s.") % {"titles": ", ".join(missing[:5])})
    return redirect("cart")


urlpatterns = [path("orders/<str:token>/again/", again, name="order_again")]
