"""Shopper's pages: ask to be told, and be left alone again."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest
from storefront.alerts.attempts import ASKING
from storefront.alerts.errors import AlertNotFound, AlertRefused
from storefront.alerts.selectors import find_variant, is_sold_here
from storefront.alerts.services import ask_to_be_told, get_alert, stop_telling
from storefront.catalog.translations import say


@never_cache
@require_http_methods(["GET", "POST"])
def tell_me(request: HttpRequest, handle: str) -> HttpResponse:
    """Ask for an address to write to when a version is back, and remember it."""
    wanted = request.POST.get("variant") or request.GET.get("variant") or ""
    variant = find_variant(handle, int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None)
    if variant is None:
        if not is_sold_here(handle):
            raise Http404(_("There is no such product, or it is not for sale any more."))
        return redirect("product", handle=handle)
    title = str(say(variant.product, "title"))
    context = {
        "product": variant.product,
        "variant": variant,
        "title": title,
        "email": "",
        "error": "",
        "is_done": False,
    }
    if request.customer:
        context["email"] = request.customer.email
    if request.method != "POST":
        return render(request, "alerts/tell_me.html", context)
    email = request.POST.get("email", "")[:300].replace("\0", "")
    if ASKING.count(address=client_address(request), email=email):
        words = _("You asked for a lot of mails just now. Try again in an hour.")
        return render(request, "alerts/tell_me.html", {**context, "email": email, "error": words}, status=429)
    try:
        ask_to_be_told(variant_id=variant.pk, email=email, language=get_language() or "en", now=utc_now())
    except AlertRefused as error:
        return render(request, "alerts/tell_me.html", {**context, "email": email, "error": str(error)}, status=422)
    # Whether the address was known already is nobody's business: the answer is the same.
    return render(request, "alerts/tell_me.html", {**context, "email": email.strip().lower(), "is_done": True})


@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Ask once, because mail scanners follow links, and then write no more."""
    try:
        if request.method == "POST":
            stop_telling(alert_id=pk, token=token)
        else:
            get_alert(alert_id=pk, token=token)
    except AlertNotFound as error:
        raise Http404(str(error)) from error
    return render(request, "alerts/stop.html", {"is_done": request.method == "POST"})


urlpatterns = [
    path("products/<str:handle>/tell-me/", tell_me, name="tell_me"),
    path("alerts/<int:pk>/<str:token>/stop/", stop, name="alert_stop"),
]
