"""The way into a shopper's account, and what they keep there; their orders stand in `storefront.orders.pages`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.forms import Form, model_to_dict
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.customers.addresses import format_address
from storefront.customers.errors import AddressNotFound, LoginLinkRefused
from storefront.customers.forms import (
    AddressForm,
    DetailsForm,
    LinkForm,
    LoginForm,
    PasswordForm,
    RegisterForm,
)
from storefront.customers.models import Address
from storefront.customers.selectors import get_address, list_addresses
from storefront.customers.services import (
    adopt_password,
    authenticate_customer,
    check_password_strength,
    delete_address,
    redeem_login_link,
    request_login_link,
    save_address,
    set_password,
    update_details,
)
from storefront.customers.sessions import sign_in, sign_out

PENDING_KEY = "customer_pending"
PROVEN_KEY = "customer_proven_at"
PROVEN_FOR = timedelta(minutes=15)

View = Callable[..., HttpResponse]


def signed_in_only(view: View) -> View:
    """Send visitors to the sign-in page and back again."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.customer is None:
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return never_cache(guarded)


@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Sign in with a password, or have a link mailed: two forms on one page."""
    if request.method == "GET":
        return redirect(_target(request)) if request.customer else _entry(request, "login", LoginForm())
    if request.POST.get("way") == "link":
        return _mail_link(request, LinkForm(request.POST), "login")
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _entry(request, "login", form, 422)
    try:
        customer = authenticate_customer(**form.cleaned_data, address=_machine(request))
    except ShopsteadError as error:
        form.add_error(None, str(error))
        return _entry(request, "login", form, error.status)
    target = _target(request)
    sign_in(request, customer)
    return redirect(target)


@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Ask for an account; it begins when the mailed link is opened, so nobody can take somebody else's orders."""
    if request.method == "GET":
        return redirect("account") if request.customer else _entry(request, "register", RegisterForm())
    form = RegisterForm(request.POST)
    if form.is_valid():
        try:
            check_password_strength(**form.cleaned_data)
        except ShopsteadError as error:
            form.add_error("password", str(error))
    return _mail_link(request, form, "register")


@never_cache
@require_http_methods(["GET", "POST"])
def login_link(request: HttpRequest, token: str) -> HttpResponse:
    """Use a mailed link up. Only the button does it: programs that look into mails must not."""
    if request.method == "GET":
        return render(request, "customers/link.html", {"token": token}, using="jinja2")
    now = utc_now()
    try:
        customer, link = redeem_login_link(token=token, now=now)
    except LoginLinkRefused as error:
        return render(request, "customers/link.html", {"error": str(error)}, status=error.status, using="jinja2")
    pending = request.session.pop(PENDING_KEY, None)
    if pending and pending["link"] == link.pk:
        customer = adopt_password(customer_id=customer.pk, encoded=pending["password"])
    sign_in(request, customer)
    request.session[PROVEN_KEY] = now.timestamp()
    return redirect(link.next_path or "account")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    sign_out(request)
    return redirect("home")


@signed_in_only
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    customer = request.customer
    form = _details_form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_details(customer_id=customer.pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account_details")
    context = {"form": form, "password_form": PasswordForm(asks_current=_asks_current(request))}
    return render(request, "customers/details.html", context, status=422 if form.errors else 200, using="jinja2")


@signed_in_only
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    asks = _asks_current(request)
    form = PasswordForm(request.POST, asks_current=asks)
    if form.is_valid():
        try:
            customer = set_password(
                customer_id=request.customer.pk,
                password=form.cleaned_data["password"],
                current=form.cleaned_data["current"] if asks else None,
            )
        except ShopsteadError as error:
            form.add_error(error.field, str(error))
        else:
            sign_in(request, customer)
            messages.success(request, _("Your password is set. Other devices are signed out."))
            return redirect("account_details")
    context = {"form": _details_form(request), "password_form": form}
    return render(request, "customers/details.html", context, status=422, using="jinja2")


@signed_in_only
def addresses(request: HttpRequest) -> HttpResponse:
    rows = [(address, format_address(model_to_dict(address))[1:]) for address in list_addresses(request.customer)]
    return render(request, "customers/addresses.html", {"rows": rows}, using="jinja2")


@signed_in_only
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add an address, change one, or remove it."""
    try:
        kept = get_address(customer=request.customer, address_id=pk) if pk is not None else None
        if kept is not None and request.POST.get("action") == "remove":
            delete_address(customer_id=request.customer.pk, address_id=kept.pk)
            messages.success(request, _("The address is removed."))
            return redirect("account_addresses")
    except AddressNotFound as error:
        raise Http404(str(error)) from error
    start = {"name": request.customer.name, "phone": request.customer.phone, "country": request.tenant.country}
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
    status = 422 if form.errors else 200
    return render(request, "customers/address.html", {"form": form, "kept": kept}, status=status, using="jinja2")


def _details_form(request: HttpRequest, data: QueryDict | None = None) -> DetailsForm:
    customer = request.customer
    initial = {
        "name": customer.name,
        "phone": customer.phone,
        "language": customer.language or request.tenant.language,
        "accepts_marketing": customer.accepts_marketing,
    }
    return DetailsForm(data, initial=initial)


def _mail_link(request: HttpRequest, form: Form, page: str) -> HttpResponse:
    """Mail a link and say so in the same words whether the address is known here or not."""
    if not form.is_valid():
        return _entry(request, page, form, 422)
    try:
        link = request_login_link(
            email=form.cleaned_data["email"],
            name=form.cleaned_data.get("name", ""),
            language=get_language() or "en",
            next_path=_target(request),
            address=_machine(request),
            now=utc_now(),
        )
    except ShopsteadError as error:
        form.add_error(None, str(error))
        return _entry(request, page, form, error.status)
    if "password" in form.cleaned_data:
        # Only the browser that chose the password can bring it along: the link alone never sets one.
        request.session[PENDING_KEY] = {"link": link.pk, "password": make_password(form.cleaned_data["password"])}
    return render(request, "customers/link_sent.html", {"email": link.email}, using="jinja2")


def _entry(request: HttpRequest, page: str, form: Form, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": request.POST.get("next", request.GET.get("next", ""))}
    return render(request, f"customers/{page}.html", context, status=status, using="jinja2")


def _asks_current(request: HttpRequest) -> bool:
    proven = request.session.get(PROVEN_KEY, 0)
    return bool(request.customer.has_account) and not _is_fresh(proven, utc_now())


def _is_fresh(stamp: float, now: datetime) -> bool:
    return now.timestamp() - stamp < PROVEN_FOR.total_seconds()


def _target(request: HttpRequest) -> str:
    target = request.POST.get("next", request.GET.get("next", ""))
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts=None) and len(target) <= 200:
        return target
    return reverse("account")


def _machine(request: HttpRequest) -> str:
    return client_address(request)


urlpatterns = [
    path("account/login/", login, name="account_login"),
    path("account/register/", register, name="account_register"),
    path("account/link/<str:token>/", login_link, name="account_link"),
    path("account/logout/", logout, name="account_logout"),
    path("account/details/", details, name="account_details"),
    path("account/password/", password, name="account_password"),
    path("account/addresses/", addresses, name="account_addresses"),
    path("account/addresses/new/", address, name="account_address_new"),
    path("account/addresses/<int:pk>/", address, name="account_address"),
]
