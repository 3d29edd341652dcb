"""One's own account: profile, password, the proof of who sits there, and where one is logged in."""

import json
from dataclasses import dataclass

from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.attempts import LOGINS
from accounts.forms import ChangePasswordForm, CodeForm, PasskeyStepForm, PasswordForm, ProfileForm
from accounts.models import LoginSession
from accounts.selectors import get_second_step, list_open_logins
from accounts.services import (
    change_password,
    confirm_login,
    end_login,
    end_other_logins,
    rename_user,
    tell_of_recovery_code,
)
from accounts.services.logins import KEPT_FOR
from accounts.sessions import WAITING_STORE, current_login
from accounts.visits import name_device, visit_of
from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Device:
    """One place where the person is logged in, with the stores that were entered from it and end with it."""

    login: LoginSession
    name: str
    is_this: bool
    stores: list[LoginSession]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        rename_user(user_id=request.user.pk, name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("account")
    context = {
        "form": form,
        "step": get_second_step(request.user.pk),
        "devices": _devices(request),
        "waiting": request.session.get(WAITING_STORE),
    }
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    form = ChangePasswordForm(request.user, request.POST or None)
    if request.method == "POST":
        who = {"email": request.user.email, "address": client_address(request)}
        if LOGINS.count(**who):
            form = ChangePasswordForm(request.user)
            messages.error(request, _("Too many attempts. Wait 15 minutes and try again; nothing was changed."))
            return render(request, "accounts/password_change.html", {"form": form}, status=429)
        is_valid = form.is_valid()
        if "present" in form.cleaned_data:
            LOGINS.take_back(**who)
        if is_valid:
            login = current_login(request)
            user = change_password(
                user_id=request.user.pk,
                password=form.cleaned_data["password"],
                visit=visit_of(request),
                now=utc_now(),
                keep=login,
            )
            update_session_auth_hash(request, user)
            messages.success(request, _("Your password is changed. All other devices have been logged out."))
            return redirect("account")
    return render(request, "accounts/password_change.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Have the person prove once more who they are, in whichever way they can."""
    user, step = request.user, get_second_step(request.user.pk)
    forms: dict[str, Form] = {
        "password": PasswordForm(),
        "code": CodeForm(user=user),
        "credential": PasskeyStepForm(user=user),
    }
    status = 200
    if request.method == "POST":
        kind = next((kind for kind in ("credential", "code") if kind in request.POST), "password")
        if LOGINS.count(email=user.email, address=client_address(request)):
            messages.error(request, _("Too many attempts. Wait 15 minutes and try again; nothing was changed."))
            status = 429
        else:
            forms[kind] = _bound(request, kind)
            if _proves(forms[kind], request):
                LOGINS.take_back(email=user.email, address=client_address(request))
                confirm_login(login=request.login_session, now=utc_now())
                return redirect(_wished(request))
            status = 422
    options = json.dumps(begin_authentication(user)) if step.passkeys else None
    context = {"forms": forms, "step": step, "options": options, "next": _wished(request)}
    return render(request, "accounts/confirm.html", context, status=status)


@login_required
@require_POST
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    login = LoginSession.objects.filter(pk=pk, user_id=request.user.pk).first()
    if login is None:
        raise Http404
    if login == current_login(request):
        logout(request)
        return redirect("login")
    end_login(token=login.token, now=utc_now())
    messages.success(request, _("Logged out there."))
    return redirect("account")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    count = end_other_logins(user_id=request.user.pk, keep=request.login_session, now=utc_now())
    done = ngettext("Logged out in %(count)s place.", "Logged out in %(count)s places.", count)
    messages.success(request, done % {"count": count})
    return redirect("account")


def _bound(request: HttpRequest, kind: str) -> Form:
    if kind == "password":
        return PasswordForm(request.POST)
    form_class = CodeForm if kind == "code" else PasskeyStepForm
    return form_class(user=request.user, data=request.POST)


def _proves(form: Form, request: HttpRequest) -> bool:
    if not form.is_valid():
        return False
    if isinstance(form, PasswordForm) and not request.user.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("This is not your password."))
        return False
    if isinstance(form, CodeForm):
        form.authenticator.record_usage()
        if form.is_recovery:
            tell_of_recovery_code(user=request.user, visit=visit_of(request), now=utc_now())
    return True


def _wished(request: HttpRequest) -> str:
    target = request.GET.get("next", "")
    safe = target.startswith("/account/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if safe else "/account/"


def _devices(request: HttpRequest) -> list[Device]:
    here = current_login(request)
    logins = list_open_logins(user_id=request.user.pk, seen_after=utc_now() - KEPT_FOR)
    shown = {login.pk for login in logins}
    tops = [login for login in logins if login.parent_id not in shown]
    devices = [
        Device(
            login=login,
            name=name_device(login.user_agent),
            is_this=login == here,
            stores=[entered for entered in logins if entered.parent_id == login.pk],
        )
        for login in tops
    ]
    return sorted(devices, key=lambda device: not device.is_this)
