"""Set up, change and take away what a log-in asks for besides the password."""

import base64
import json
from urllib.parse import quote

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import AddPasskeyForm, RenamePasskeyForm, SetUpCodesForm
from accounts.pages.gate import recent_login_required
from accounts.selectors import get_second_step
from accounts.services import (
    add_passkey,
    remove_passkey,
    rename_passkey,
    renew_recovery_codes,
    show_recovery_codes,
    turn_codes_off,
    turn_codes_on,
)
from accounts.visits import visit_of
from core.clock import utc_now
from core.http import HttpRequest


@recent_login_required
@require_http_methods(["GET", "POST"])
def set_up_codes(request: HttpRequest) -> HttpResponse:
    if request.user.email_confirmed_at is None or get_second_step(request.user.pk).codes is not None:
        return redirect("account")
    form = SetUpCodesForm(user=request.user, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = turn_codes_on(
            user_id=request.user.pk,
            secret=form.secret,
            login=request.login_session,
            visit=visit_of(request),
            now=utc_now(),
        )
        clear_totp_secret(request)
        messages.success(request, _("Two-step log-in is on."))
        return redirect("account_recovery_codes" if made else "account")
    adapter = get_adapter()
    link = adapter.build_totp_url(request.user, form.secret)
    drawing = adapter.build_totp_svg(link)
    context = {
        "form": form,
        "link": link,
        "drawing": "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode(),
        "secret": form.secret,
        "groups": [form.secret[start : start + 4] for start in range(0, len(form.secret), 4)],
    }
    status = 429 if form.has_error("code", "rate_limited") else 422 if form.errors else 200
    return render(request, "accounts/codes_set_up.html", context, status=status)


@recent_login_required
@require_http_methods(["GET", "POST"])
def turn_off_codes(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        turn_codes_off(user_id=request.user.pk, visit=visit_of(request), now=utc_now())
        messages.success(request, _("Your app’s codes are no longer asked for."))
        return redirect("account")
    return render(request, "accounts/codes_off.html", {"step": get_second_step(request.user.pk)})


@recent_login_required
@require_http_methods(["GET", "POST"])
def add_passkey_page(request: HttpRequest) -> HttpResponse:
    if request.user.email_confirmed_at is None or get_second_step(request.user.pk).is_full:
        return redirect("account")
    data = request.POST if request.method == "POST" else None
    form = AddPasskeyForm(user=request.user, data=data, initial={"name": visit_of(request).device})
    if data is not None and form.is_valid():
        made = add_passkey(
            user_id=request.user.pk,
            name=form.cleaned_data["name"],
            credential=form.cleaned_data["credential"],
            login=request.login_session,
            visit=visit_of(request),
            now=utc_now(),
        )
        messages.success(request, _("The passkey is added. You can log in with it from now on."))
        return redirect("account_recovery_codes" if made else "account")
    context = {"form": form, "options": json.dumps(begin_registration(request.user, passwordless=True))}
    return render(request, "accounts/passkey_add.html", context, status=422 if form.errors else 200)


@recent_login_required
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a passkey or, with `remove`, take it away."""
    row = next((row for row in get_second_step(request.user.pk).passkeys if row.pk == pk), None)
    if row is None:
        raise Http404
    if request.method == "POST" and "remove" in request.POST:
        remove_passkey(user_id=request.user.pk, passkey_id=pk, visit=visit_of(request), now=utc_now())
        messages.success(request, _("The passkey is removed."))
        return redirect("account")
    form = RenamePasskeyForm(request.POST or None, initial={"name": row.wrap().name})
    if request.method == "POST" and form.is_valid():
        rename_passkey(user_id=request.user.pk, passkey_id=pk, name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("account")
    context = {"form": form, "passkey": row, "step": get_second_step(request.user.pk)}
    return render(request, "accounts/passkey.html", context, status=422 if form.errors else 200)


@recent_login_required
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show new codes once; later only how many are left, and a button for new ones."""
    if not get_second_step(request.user.pk).is_on:
        return redirect("account")
    if request.method == "POST":
        renew_recovery_codes(user_id=request.user.pk, visit=visit_of(request), now=utc_now())
        return redirect("account_recovery_codes")
    codes = show_recovery_codes(user_id=request.user.pk)
    text = _("Recovery codes for Shopstead, each works once:") + "\n\n" + "\n".join(codes) + "\n"
    context = {
        "codes": [f"{code[:4]} {code[4:]}" for code in codes],
        "text": text,
        "file": "data:text/plain;charset=utf-8," + quote(text),
        "step": get_second_step(request.user.pk),
    }
    return render(request, "accounts/recovery_codes.html", context)
