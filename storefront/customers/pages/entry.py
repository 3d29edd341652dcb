"""The way into a shopper's account and out of it."""

from django.contrib.auth.hashers import make_password
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.customers.errors import LoginLinkRefused
from storefront.customers.forms import CodeForm, LinkForm, LoginForm, RegisterForm
from storefront.customers.models import Customer, CustomerLoginLink
from storefront.customers.pages.guards import PROVEN_KEY, safe_target, show
from storefront.customers.services import (
    adopt_password,
    authenticate_customer,
    check_password_strength,
    redeem_login_code,
    redeem_login_link,
    request_login_link,
)
from storefront.customers.sessions import PENDING_KEY, sign_in, sign_out


@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Sign in by a mailed code, or with a password: two forms on one page."""
    if request.method == "GET":
        is_in = request.customer is not None and "again" not in request.GET
        return redirect(safe_target(request)) if is_in else _entry(request, "login", LoginForm())
    if request.POST.get("way") == "link":
        return _mail_link(request, LinkForm(request.POST), "login")
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _entry(request, "login", form, 422)
    try:
        customer = authenticate_customer(**form.cleaned_data, address=client_address(request))
    except ShopsteadError as error:
        form.add_error(None, str(error))
        return _entry(request, "login", form, error.status)
    target = safe_target(request)
    sign_in(request, customer)
    return redirect(target)


@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Ask for an account; it begins when the address is proven, so nobody can take somebody else's orders."""
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
def code(request: HttpRequest) -> HttpResponse:
    """Type the six digits of the mail, in the browser that asked for them."""
    pending = request.session.get(PENDING_KEY)
    if not pending:
        return redirect("account_login")
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                customer, link = redeem_login_code(
                    link_id=pending["link"],
                    code=form.cleaned_data["code"],
                    address=client_address(request),
                    now=utc_now(),
                )
            except ShopsteadError as error:
                form.add_error("code" if error.field == "code" else None, str(error))
                status = error.status
            else:
                return _enter(request, customer, link)
    context = {"form": form, "email": pending["email"], "next": pending.get("next", "")}
    return show(request, "code", context, status)


@never_cache
@require_http_methods(["GET", "POST"])
def login_link(request: HttpRequest, token: str) -> HttpResponse:
    """Use a mailed link up. Only the button does it: programs that look into mails must not."""
    if request.method == "GET":
        return show(request, "link", {"token": token})
    try:
        customer, link = redeem_login_link(token=token, now=utc_now())
    except LoginLinkRefused as error:
        return show(request, "link", {"error": str(error)}, error.status)
    return _enter(request, customer, link)


@require_POST
def logout(request: HttpRequest) -> HttpResponseBase:
    sign_out(request)
    return redirect("home")


def ask_for_code(request: HttpRequest, *, email: str, name: str, password: str, target: str) -> HttpResponse:
    """Mail a code to an address and lead to where it is typed; a password that was chosen waits in this browser until then.

    Raises: TooManyAttempts.
    """
    link = request_login_link(
        email=email,
        name=name,
        language=get_language() or "en",
        next_path=target,
        address=client_address(request),
        now=utc_now(),
    )
    request.session[PENDING_KEY] = {
        "link": link.pk,
        "email": link.email,
        "next": target,
        "password": make_password(password) if password else "",
    }
    return redirect("account_code")


def _enter(request: HttpRequest, customer: Customer, link: CustomerLoginLink) -> HttpResponse:
    pending = request.session.pop(PENDING_KEY, None)
    if pending and pending["link"] == link.pk and pending.get("password"):
        # Only the browser that chose the password can bring it along: the link alone never sets one.
        customer = adopt_password(customer_id=customer.pk, encoded=pending["password"])
    sign_in(request, customer)
    request.session[PROVEN_KEY] = utc_now().timestamp()
    return redirect(link.next_path or "account")


def _mail_link(request: HttpRequest, form: Form, page: str) -> HttpResponse:
    """Mail a link with its code and ask for it, in the same words whether the address is known here or not."""
    if not form.is_valid():
        return _entry(request, page, form, 422)
    words = {name: form.cleaned_data.get(name, "") for name in ("email", "name", "password")}
    try:
        return ask_for_code(request, **words, target=safe_target(request))
    except ShopsteadError as error:
        form.add_error(None, str(error))
        return _entry(request, page, form, error.status)


def _entry(request: HttpRequest, page: str, form: Form, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": request.POST.get("next", request.GET.get("next", ""))}
    return show(request, page, context, status)
