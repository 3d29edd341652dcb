"""Mails about somebody's account: asked for in the transaction, written and sent by the worker."""

from datetime import datetime

from babel.dates import format_datetime
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext, to_locale

from accounts.enums import Notice
from accounts.models import User
from accounts.selectors import find_user_by_email
from accounts.visits import Visit, name_device
from accounts.words import NOTICES
from core.origin import platform_url
from core.outbox.services import enqueue
from integrations.mail.services import send_mail

PLATFORM_URLS = "shopstead.urls_platform"
CONFIRM_SALT = "accounts.confirm-email"


def tell(*, user: User, notice: Notice, visit: Visit, now: datetime, detail: str = "", to: str | None = None) -> None:
    """Ask for the mail that tells the person of a change; `to` where it is not their present address."""
    facts = {
        "user_id": user.pk,
        "notice": notice.value,
        "to": to or user.email,
        "user_agent": visit.user_agent,
        "address": visit.address,
        "at": now.isoformat(),
        "detail": detail,
    }
    enqueue(task="accounts.mail_notice", kwargs=facts, schema_name="public")


def mail_notice(
    *, user_id: int, notice: str, to: str, user_agent: str, address: str, at: str, detail: str = ""
) -> None:
    """Send the mail; it says when, from which device and address, and what to do if it was somebody else."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return
    words = NOTICES[Notice(notice)]
    with translation.override(user.language):
        moment = format_datetime(datetime.fromisoformat(at), "long", locale=to_locale(user.language))
        context = {
            "sentence": str(words.sentence) % {"detail": detail},
            "advice": str(words.advice),
            "moment": moment,
            "device": name_device(user_agent),
            "address": address,
        }
        if words.is_password_way_out:
            context["action_url"] = platform_url(reverse("password_reset", urlconf=PLATFORM_URLS))
            context["action_label"] = gettext("It was not me: choose a new password")
        send_mail(
            to=to, subject=str(words.subject), template="accounts/email/notice", context=context, language=user.language
        )


def mail_password_reset(*, email: str, language: str) -> None:
    """Send the link for a new password, or to an address without an account the word that it has none.

    The link is made here and not in the request, so that it stands in no queue; it works once, for two hours.
    """
    user = find_user_by_email(email)
    if user is None or not user.is_active:
        with translation.override(language):
            subject = gettext("There is no account with this address")
        send_mail(to=email, subject=subject, template="accounts/email/no_account", context={}, language=language)
        return
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    link = reverse("password_reset_key", args=[uid, default_token_generator.make_token(user)], urlconf=PLATFORM_URLS)
    with translation.override(user.language):
        subject = gettext("A new password for your Shopstead account")
        context = {"action_url": platform_url(link), "action_label": gettext("Choose a new password")}
    send_mail(
        to=user.email,
        subject=subject,
        template="accounts/email/password_reset",
        context=context,
        language=user.language,
    )


def mail_confirmation(*, user_id: int, email: str, now: datetime) -> None:
    """Send the link that confirms an address, the person's own or the one they wish for; nothing if it is neither now.

    Where the wished one has an account of its own, its owner is told so instead, and nobody else learns of it.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None or not _is_awaited(user, email):
        return
    other = find_user_by_email(email) if email != user.email else None
    if other is not None:
        taken = Notice.EMAIL_TAKEN.value
        mail_notice(user_id=other.pk, notice=taken, to=email, user_agent="", address="", at=now.isoformat())
        return
    token = signing.dumps({"user": user.pk, "email": email}, salt=CONFIRM_SALT)
    link = reverse("confirm_email", args=[token], urlconf=PLATFORM_URLS)
    with translation.override(user.language):
        subject = gettext("Confirm your e-mail address")
        context = {"action_url": platform_url(link), "action_label": gettext("Confirm this address")}
    send_mail(
        to=email, subject=subject, template="accounts/email/confirm_email", context=context, language=user.language
    )


def _is_awaited(user: User, email: str) -> bool:
    return email == user.wished_email or (email == user.email and user.email_confirmed_at is None)
