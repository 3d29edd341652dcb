"""Confirm one's address, or move to another."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.attempts import CONFIRMATIONS
from accounts.errors import EmailTaken, LinkRefused
from accounts.forms import EmailForm
from accounts.pages.gate import recent_login_required
from accounts.services import (
    ask_for_confirmation,
    confirm_email,
    forget_wished_email,
    read_confirmation,
    wish_for_email,
)
from accounts.visits import visit_of
from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest


@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, because mail programs open links by themselves; POST confirms."""
    try:
        if request.method == "GET":
            user, email = read_confirmation(token)
            context = {"email": email, "former": user.email}
            return render(request, "accounts/email_confirm.html", context)
        user = confirm_email(token=token, visit=visit_of(request), now=utc_now())
    except (LinkRefused, EmailTaken) as error:
        return render(request, "accounts/email_confirm.html", {"error": error}, status=error.status)
    messages.success(request, _("%(email)s is confirmed.") % {"email": user.email})
    return redirect("account" if request.user.is_authenticated else "login")


@recent_login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["email"] == request.user.email:
            form.add_error("email", _("This is your address already."))
        elif _too_many(request):
            form.add_error(None, _("Too many mails were asked for. Wait an hour, and look into your spam folder."))
        else:
            wish_for_email(user_id=request.user.pk, email=form.cleaned_data["email"])
            return redirect("account")
    return render(request, "accounts/email_change.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    if _too_many(request):
        messages.error(request, _("Too many mails were asked for. Wait an hour, and look into your spam folder."))
    else:
        ask_for_confirmation(user_id=request.user.pk)
        messages.success(request, _("The link is on its way. It works for three days."))
    return redirect("account")


@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    forget_wished_email(user_id=request.user.pk)
    messages.success(request, _("Your address stays as it is."))
    return redirect("account")


def _too_many(request: HttpRequest) -> bool:
    return CONFIRMATIONS.count(user=str(request.user.pk), address=client_address(request))
