"""What a customer allows, takes along, or has deleted."""

from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.customers.enums import ConsentKind
from storefront.customers.errors import ExportNotFound
from storefront.customers.pages.guards import show, signed_in_only
from storefront.customers.selectors import find_export, get_export, list_consents
from storefront.customers.services import confirm_erasure, request_erasure, request_export, set_consent
from storefront.customers.sessions import sign_out


@signed_in_only
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    return _page(request)


@signed_in_only
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Switch suggestions or news on or off, each by a form of its own."""
    kind = request.POST.get("kind", "")
    if kind not in ConsentKind.values:
        raise Http404
    words = {
        ConsentKind.MARKETING.value: _("Send me news and offers"),
        ConsentKind.PERSONAL.value: _("Suggest things from what I look at"),
        ConsentKind.REMINDERS.value: _("Remind me once when I leave a cart behind"),
    }[kind]
    set_consent(
        customer_id=request.customer.pk,
        kind=ConsentKind(kind),
        is_given="yes" in request.POST,
        words=words,
        place="account",
        now=utc_now(),
    )
    messages.success(request, _("Saved."))
    return redirect("account_privacy")


@signed_in_only
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    try:
        request_export(customer=request.customer, language=get_language() or "en", now=utc_now())
    except ShopsteadError as error:
        return _page(request, error=str(error), status=error.status)
    messages.success(request, _("We are putting your data together and write to you when it is ready."))
    return redirect("account_privacy")


@signed_in_only
@require_GET
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    try:
        found = get_export(customer=request.customer, export_id=pk, now=utc_now())
        file = storages["private"].open(found.path)
    except (ExportNotFound, OSError) as error:
        raise Http404(_("This copy is gone; it is kept for seven days. Ask for a new one.")) from error
    return FileResponse(file, as_attachment=True, filename="my-data.zip", content_type="application/zip")


@signed_in_only
@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Ask for the account's end; it comes with the button behind the mailed link."""
    try:
        request_erasure(
            customer=request.customer,
            language=get_language() or "en",
            address=client_address(request),
            now=utc_now(),
        )
    except ShopsteadError as error:
        return _page(request, error=str(error), status=error.status)
    text = _("We have written to %(email)s. Your account is deleted when you press the button in that mail.")
    messages.info(request, text % {"email": request.customer.email})
    return redirect("account_privacy")


@never_cache
@require_http_methods(["GET", "POST"])
def delete_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Delete the account; only the button does it."""
    if request.method == "GET":
        return show(request, "delete_confirm", {"token": token})
    try:
        confirm_erasure(token=token, now=utc_now())
    except ShopsteadError as error:
        return show(request, "delete_confirm", {"error": str(error)}, error.status)
    if request.customer is not None:
        sign_out(request)
    return show(request, "delete_confirm", {"is_done": True})


def _page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    customer = request.customer
    context = {
        "export": find_export(customer, now=utc_now()),
        "consents": list_consents(customer),
        "error": error,
    }
    return show(request, "privacy", context, status)
