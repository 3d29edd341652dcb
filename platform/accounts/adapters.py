"""What allauth asks of the house: words, stages, who we are to a passkey, and how secrets are kept.

allauth gives the stages of a log-in, the codes and the passkeys. It sends no mail and writes no message here: those are
written by our services, into the outbox and in our words.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.secrets import open_secret, seal_secret
from core.addresses import client_address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The stages of a log-in and where it leads."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many attempts. Wait 15 minutes and try again; your stores are safe."),
        "rate_limited": _("Too many attempts. Wait 15 minutes and try again; nothing was changed."),
    }

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def post_login(self, request: HttpRequest, user: User, *, redirect_url: str | None, **facts: Any) -> HttpResponse:
        return HttpResponseRedirect(redirect_url or settings.LOGIN_REDIRECT_URL)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return redirect("login")


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Our name in people's authenticator apps and passkeys, and secrets that are never stored in the clear."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or it has been used. Wait for the next one and try again.")
    }

    def get_totp_issuer(self) -> str:
        return "Shopstead"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to our own domain from the settings, whatever host was asked."""
        return {"id": settings.BASE_DOMAIN, "name": "Shopstead"}

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002
        return gettext("Passkey")

    def encrypt(self, text: str) -> str:
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_secret(encrypted_text)
