"""What a customer tells of themselves: name, language, e-mail, addresses."""

from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.customers.addresses import format_address
from storefront.customers.errors import AddressNotFound
from storefront.customers.forms import AddressForm, DetailsForm, LinkForm
from storefront.customers.models import Address
from storefront.customers.pages.guards import is_fresh, show, signed_in_only
from storefront.customers.parsing import parse_chinese_address
from storefront.customers.selectors import get_address, list_addresses
from storefront.customers.services import (
    confirm_new_email,
    delete_address,
    request_new_email,
    save_address,
    update_details,
)
from storefront.customers.sessions import sign_in


@signed_in_only
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    form = _details_form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_details(customer_id=request.customer.pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account_details")
    return show(request, "details", {"form": form, "email_form": LinkForm()}, 422 if form.errors else 200)


@signed_in_only
@require_POST
def email(request: HttpRequest) -> HttpResponse:
    """Ask for another address; it counts when its owner opens the mail. A forgotten open browser is not enough to ask."""
    if not is_fresh(request, now=utc_now()):
        messages.info(request, _("Sign in once more, then change your e-mail: so nobody else does it on your device."))
        return redirect(f"{reverse('account_login')}?{urlencode({'again': '1', 'next': reverse('account_details')})}")
    form = LinkForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            request_new_email(
                customer_id=request.customer.pk,
                email=form.cleaned_data["email"],
                language=get_language() or "en",
                address=client_address(request),
                now=utc_now(),
            )
        except ShopsteadError as error:
            form.add_error("email", str(error))
            status = error.status
        else:
            text = _("We have written to %(email)s. The address changes when you press the button in that mail.")
            messages.info(request, text % {"email": form.cleaned_data["email"]})
            return redirect("account_details")
    return show(request, "details", {"form": _details_form(request), "email_form": form}, status)


@never_cache
@require_http_methods(["GET", "POST"])
def email_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Use the link in the mail to the new address; only the button does it."""
    if request.method == "GET":
        return show(request, "email_confirm", {"token": token})
    try:
        customer = confirm_new_email(token=token, now=utc_now())
    except ShopsteadError as error:
        return show(request, "email_confirm", {"error": str(error)}, error.status)
    sign_in(request, customer)
    messages.success(request, _("Your e-mail is changed. Other devices are signed out."))
    return redirect("account_details")


@signed_in_only
def addresses(request: HttpRequest) -> HttpResponse:
    rows = [(address, format_address(model_to_dict(address))[1:]) for address in list_addresses(request.customer)]
    return show(request, "addresses", {"rows": rows})


@signed_in_only
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add an address, change one, or remove it; `action` read fills the form from a pasted text and keeps nothing."""
    try:
        kept = get_address(customer=request.customer, address_id=pk) if pk is not None else None
        if kept is not None and request.POST.get("action") in ("remove", "default"):
            return _change(request, kept)
    except AddressNotFound as error:
        raise Http404(str(error)) from error
    pasted = request.POST.get("pasted", "")
    is_read = request.POST.get("action") == "read"
    start = {"name": request.customer.name, "phone": request.customer.phone, "country": request.tenant.country}
    if is_read:
        read = parse_chinese_address(pasted)
        form = AddressForm(instance=Address(**{**start, "country": "CN", **read}))
        context = {"form": form, "kept": kept, "pasted": pasted[:400], "was_read": bool(read)}
        return show(request, "address", context, 200 if read else 422)
    form = AddressForm(request.POST or None, instance=kept or Address(**start))
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            save_address(
                customer_id=request.customer.pk, address_id=pk, is_default=facts.pop("is_default"), facts=facts
            )
        except AddressNotFound as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The address is saved."))
            return redirect("account_addresses")
    return show(request, "address", {"form": form, "kept": kept}, 422 if form.errors else 200)


def _change(request: HttpRequest, kept: Address) -> HttpResponse:
    if request.POST["action"] == "remove":
        delete_address(customer_id=request.customer.pk, address_id=kept.pk)
        messages.success(request, _("The address is removed."))
    else:
        save_address(customer_id=request.customer.pk, address_id=kept.pk, is_default=True, facts={})
        messages.success(request, _("Checkout uses this address first from now on."))
    return redirect("account_addresses")


def _details_form(request: HttpRequest, data: QueryDict | None = None) -> DetailsForm:
    customer = request.customer
    initial: dict[str, Any] = {
        "name": customer.name,
        "phone": customer.phone,
        "language": customer.language or request.tenant.language,
    }
    return DetailsForm(data, initial=initial)
