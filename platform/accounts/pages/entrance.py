"""Log in with a password and perhaps a second step, or with a passkey; log out; choose a language.

Every log-in begins with `logout`: in an empty session, because allauth remembers there who once came with a passkey, and
with nothing left open that this browser was logged in to before.
"""

import json
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.attempts import LOGINS, PASSKEYS
from accounts.forms import CodeForm, LoginForm, PasskeyLoginForm, PasskeyStepForm
from accounts.selectors import get_second_step
from accounts.services import set_language, tell_of_recovery_code
from accounts.visits import visit_of
from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest

LANGUAGE_COOKIE = "shopstead_language"


@never_cache
@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(_target(request))
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        who = {"email": form.cleaned_data["email"].lower(), "address": client_address(request)}
        if LOGINS.count(**who):
            form.add_error(None, _("Too many attempts. Wait 15 minutes and try again; your stores are safe."))
            return _render_login(request, form, status=429)
        user = authenticate(request, username=who["email"], password=form.cleaned_data["password"])
        if user is not None:
            LOGINS.take_back(**who)
            logout(request)
            login = Login(user=user, email=who["email"], redirect_url=_target(request))
            response: HttpResponse = perform_password_login(request, {"email": who["email"]}, login)
            return response
        form.add_error(None, _("The e-mail or the password is not right."))
    return _render_login(request, form, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def passkey_login(request: HttpRequest) -> HttpResponse:
    """GET: what the browser asks a passkey (JSON); POST: the passkey's answer."""
    too_many = PASSKEYS.count(address=client_address(request))
    if request.method == "GET":
        return JsonResponse({} if too_many else begin_authentication(), status=429 if too_many else 200)
    form = LoginForm()
    answer = PasskeyLoginForm(data=request.POST)
    if too_many:
        return _render_login(request, form, answer, status=429)
    if not answer.is_valid():
        return _render_login(request, form, answer, status=422)
    authenticator = answer.cleaned_data["credential"]
    logout(request)
    login = Login(user=authenticator.user, redirect_url=_target(request))
    response: HttpResponse = perform_passwordless_login(request, authenticator, login)
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask who has given the right password for a code or a passkey; without that password there is nothing to see."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        return redirect("login")
    user = stage.login.user
    code, answer = CodeForm(user=user), PasskeyStepForm(user=user)
    status = 200
    if request.method == "POST":
        form_class = PasskeyStepForm if "credential" in request.POST else CodeForm
        form = form_class(user=user, data=request.POST)
        if form.is_valid():
            form.save()
            if isinstance(form, CodeForm) and form.is_recovery:
                tell_of_recovery_code(user=user, visit=visit_of(request), now=utc_now())
            response: HttpResponse = stage.exit()
            return response
        code, answer = (code, form) if isinstance(form, PasskeyStepForm) else (form, answer)
        status = 429 if form.has_error("code", "too_many_login_attempts") else 422
    step = get_second_step(user.pk)
    context = {
        "form": code,
        "answer": answer,
        "step": step,
        "options": json.dumps(begin_authentication(user)) if step.passkeys else None,
    }
    return render(request, "accounts/second_step.html", context, status=status)


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


def _render_login(
    request: HttpRequest, form: LoginForm, answer: PasskeyLoginForm | None = None, *, status: int
) -> HttpResponse:
    context = {"form": form, "answer": answer, "query": request.GET.urlencode(), "too_many": status == 429}
    return render(request, "accounts/login.html", context, status=status)


def _target(request: HttpRequest) -> str:
    """Return where a login leads: the store that asked for it, the page that asked for it, or one's stores."""
    store, target = request.GET.get("store", ""), request.GET.get("next", "")
    if store.isascii() and store.replace("-", "").isalnum():
        wished = target if target.startswith("/dashboard/") else "/dashboard/"
        return f"/stores/{store}/enter/?{urlencode({'next': wished})}"
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return settings.LOGIN_REDIRECT_URL
