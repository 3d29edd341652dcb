"""A new password for one that was forgotten, by a mailed link."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.attempts import RESETS
from accounts.forms import EmailForm, NewPasswordForm
from accounts.services import ask_for_password, replace_password
from accounts.visits import visit_of
from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take an address; the answer is the same whether or not there is such an account."""
    form = EmailForm(request.POST or None, initial={"email": request.GET.get("email", "")[:254]})
    status = 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if not RESETS.count(email=email, address=client_address(request)):
            ask_for_password(email=email, language=get_language() or "en")
            return redirect("password_reset_sent")
        form.add_error(None, _("Too many mails were asked for. Wait an hour, and look into your spam folder."))
        status = 429
    elif form.errors:
        status = 422
    return render(request, "accounts/password_reset.html", {"form": form}, status=status)


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_sent.html")


class FollowLink(PasswordResetConfirmView):
    """The mailed link: Django checks it, keeps it out of the address bar, and lets it work once."""

    reset_url_token = "choose"  # noqa: S105
    template_name = "accounts/password_reset_key.html"
    form_class = NewPasswordForm  # type: ignore[assignment]

    def form_valid(self, form: Any) -> HttpResponse:
        replace_password(
            user_id=form.user.pk,
            password=form.cleaned_data["password"],
            visit=visit_of(self.request),  # type: ignore[arg-type]
            now=utc_now(),
        )
        self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN, None)
        messages.success(self.request, _("Your password is changed. Log in with the new one."))
        return redirect("login")

    def render_to_response(self, context: dict[str, Any], **facts: Any) -> HttpResponse:
        form = context.get("form")
        if not self.validlink:
            facts["status"] = 410
        elif form is not None and form.errors:
            facts["status"] = 422
        return super().render_to_response(context, **facts)
