"""What a reminder's links lead to: the cart, on whatever device, and the end of such mails."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest
from storefront.carts.notices import send_notice
from storefront.carts.selectors import SESSION_KEY, get_cart_view
from storefront.recovery.errors import ReminderNotFound
from storefront.recovery.services import Returned, bring_back, open_reminder, open_stop, refuse_reminders


@never_cache
@require_http_methods(["GET", "POST"])
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was left behind, the goods alone; the button puts them into the visitor's own cart."""
    now = utc_now()
    try:
        if request.method == "POST":
            session = request.session
            back = bring_back(
                token=token,
                session_token=session.get(SESSION_KEY),
                customer=request.customer,
                address=client_address(request),
                now=now,
            )
            if back.filled.token and session.get(SESSION_KEY) != back.filled.token:
                session[SESSION_KEY] = back.filled.token
            response = HttpResponseRedirect(reverse("cart"))
            response.status_code = 303
            send_notice(response, {"text": _say(back), "kind": "warn" if back.filled.left_out else "ok"})
            return response
        row = open_reminder(token=token, now=now)
    except ReminderNotFound as error:
        return _show(request, "gone", {"reason": str(error)}, status=error.status)
    return _show(request, "return", {"view": get_cart_view(row.cart)})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, because mail scanners follow links; a POST ends such mails, the button's and that of mail programs alike.

    What RFC 8058 sends has no cookie and no form token: the signed link is the whole proof.
    """
    try:
        if request.method == "POST":
            refuse_reminders(token=token, now=utc_now())
        else:
            open_stop(token=token)
    except ReminderNotFound as error:
        return _show(request, "gone", {"reason": str(error)}, status=error.status)
    return _show(request, "stop", {"is_done": request.method == "POST"})


def _say(back: Returned) -> str:
    said = [_("Everything is back in your cart.") if not back.filled.left_out else _("Your cart is back.")]
    if back.filled.left_out:
        names = ", ".join(back.filled.left_out[:5])
        said.append(_("Not to be had any more, and left out: %(titles)s.") % {"titles": names})
    if back.code:
        said.append(_("The code %(code)s is in it too.") % {"code": back.code})
    return " ".join(said)


def _show(request: HttpRequest, page: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, f"recovery/{page}.html", context, status=status, using="jinja2")
    response["Referrer-Policy"] = "same-origin"
    return response


urlpatterns = [
    path("cart/return/<str:token>/", come_back, name="cart_return"),
    path("cart/reminders/<str:token>/stop/", stop, name="cart_reminders_stop"),
]
