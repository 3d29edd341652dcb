"""Log in, log out, and choose a language on the platform's host."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.attempts import FAILED_LOGINS
from accounts.forms import LoginForm
from accounts.services import set_language
from core.addresses import client_address
from core.http import HttpRequest

LANGUAGE_COOKIE = "shopstead_language"


@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(_target(request))
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, address = form.cleaned_data["email"].lower(), client_address(request)
        if FAILED_LOGINS.is_reached(email=email, address=address):
            form.add_error(None, _("Too many attempts. Wait 15 minutes and try again; your stores are safe."))
            return render(request, "accounts/login.html", {"form": form}, status=429)
        user = authenticate(request, username=email, password=form.cleaned_data["password"])
        if user is not None:
            login(request, user)
            return redirect(_target(request))
        FAILED_LOGINS.count(email=email, address=address)
        form.add_error(None, _("The e-mail or the password is not right."))
    return render(request, "accounts/login.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("site_home")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    response = redirect(target if safe else "/")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=365 * 86400, samesite="Lax", httponly=True)
        if request.user.is_authenticated:
            set_language(user_id=request.user.pk, language=language)
    return response


def _target(request: HttpRequest) -> str:
    """Return where a login leads: the store that asked for it, the page that asked for it, or one's stores."""
    store, target = request.GET.get("store", ""), request.GET.get("next", "")
    if store.isascii() and store.replace("-", "").isalnum():
        wished = target if target.startswith("/dashboard/") else "/dashboard/"
        return f"/stores/{store}/enter/?{urlencode({'next': wished})}"
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return "/stores/"


urlpatterns = [
    path("login/", login_page, name="login"),
    path("logout/", logout_page, name="logout"),
    path("language/", choose_language, name="language"),
]
