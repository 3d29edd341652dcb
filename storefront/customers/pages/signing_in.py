"""How a customer signs in, and where they are signed in now."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.customers.browsers import describe_browser
from storefront.customers.forms import PasswordForm
from storefront.customers.pages.guards import show, signed_in_only, was_proven
from storefront.customers.selectors import list_sign_ins
from storefront.customers.services import end_listed_sign_in, end_other_sign_ins, set_password
from storefront.customers.services.sign_ins import hash_key
from storefront.customers.sessions import SIGN_IN_KEY, sign_in


@signed_in_only
@require_GET
def signing_in(request: HttpRequest) -> HttpResponse:
    return _page(request, PasswordForm(asks_current=_asks_current(request)))


@signed_in_only
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    asks = _asks_current(request)
    form = PasswordForm(request.POST, asks_current=asks)
    status = 422
    if form.is_valid():
        try:
            customer = set_password(
                customer_id=request.customer.pk,
                password=form.cleaned_data["password"],
                current=form.cleaned_data["current"] if asks else None,
            )
        except ShopsteadError as error:
            form.add_error(error.field, str(error))
            status = 422 if error.field else error.status
        else:
            sign_in(request, customer)
            messages.success(request, _("Your password is set. Other devices are signed out."))
            return redirect("account_signing_in")
    return _page(request, form, status)


@signed_in_only
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End one place, or all but this one."""
    key, customer = request.session[SIGN_IN_KEY], request.customer
    one = request.POST.get("place", "")
    if one.isascii() and one.isdigit() and len(one) < 19:
        ended = int(end_listed_sign_in(customer_id=customer.pk, sign_in_id=int(one)))
    else:
        ended = end_other_sign_ins(customer_id=customer.pk, key=key)
    text = ngettext("%(num)s device is signed out.", "%(num)s devices are signed out.", ended) % {"num": ended}
    messages.success(request, text if ended else _("No other device was signed in."))
    return redirect("account_signing_in")


def _page(request: HttpRequest, form: PasswordForm, status: int = 200) -> HttpResponse:
    here = hash_key(request.session[SIGN_IN_KEY])
    places = [
        {"row": row, "name": describe_browser(row.browser), "is_here": row.key_hash == here}
        for row in list_sign_ins(request.customer)
    ]
    return show(request, "signing_in", {"password_form": form, "places": places}, status)


def _asks_current(request: HttpRequest) -> bool:
    return bool(request.customer.has_account) and not was_proven(request, now=utc_now())
