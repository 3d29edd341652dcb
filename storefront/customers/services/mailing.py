"""Mails about a shopper's account, each sent once: the link remembers it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.outbox.services import enqueue
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.customers.enums import LinkPurpose
from storefront.customers.models import CustomerLoginLink, DataExport, Notice
from storefront.customers.services.links import LINK_LIFE, link_token, login_code
from tenants.selectors import store_url

NOTICES = {
    "email_changed": gettext_lazy("Your e-mail at %(store)s was changed"),
    "account_deleted": gettext_lazy("Your account at %(store)s is deleted"),
}


def mail_login_link(*, link_id: int, now: datetime) -> bool:
    """Mail a link that is waiting for it and return whether it left; a second call does nothing then."""
    with transaction.atomic():
        link = (
            CustomerLoginLink.objects.select_for_update(of=("self",))
            .select_related("customer")
            .filter(pk=link_id, mailed_at__isnull=True, used_at__isnull=True, expires_at__gt=now)
            .first()
        )
        if link is None:
            return False
        is_sent = _SENDERS[LinkPurpose(link.purpose)](link)
        if is_sent:
            CustomerLoginLink.objects.filter(pk=link.pk).update(mailed_at=now)
    return is_sent


def mail_export(*, export_id: int) -> bool:
    """Tell a customer that the copy of their data is ready; return whether a mail went out."""
    export = DataExport.objects.select_related("customer").filter(pk=export_id, ready_at__isnull=False).first()
    if export is None:
        return False
    with translation.override(export.language):
        return _send(
            export.customer.email,
            export.language,
            subject=_("Your data from %(store)s is ready"),
            template="customers/email/export",
            path="/account/privacy/",
            label=_("Fetch it"),
        )


def ask_for_notice(*, email: str, language: str, kind: str, now: datetime) -> None:
    """Ask for a mail that says what was done to an account; `kind` is one of `NOTICES`. Call it in a transaction."""
    notice = Notice.objects.create(email=email, language=language, kind=kind, created_at=now)
    enqueue(task="storefront.customers.send_notice", kwargs={"notice_id": notice.pk})


def mail_notice(*, notice_id: int) -> bool:
    """Send such a mail and forget its address; return whether one went out."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
        if notice is None:
            return False
        with translation.override(notice.language):
            subject, template = str(NOTICES[notice.kind]), f"customers/email/{notice.kind}"
            is_sent = _send(notice.email, notice.language, subject=subject, template=template)
        notice.delete()
    return is_sent


def _send_sign_in(link: CustomerLoginLink) -> bool:
    with translation.override(link.language):
        code = login_code(link.nonce)
        return _send(
            link.email,
            link.language,
            subject=_("%(code)s is your code for %(store)s"),
            template="customers/email/login_link",
            path=f"/account/link/{link_token(link.nonce)}/",
            label=_("Sign in"),
            minutes=_minutes(link),
            code=code,
        )


def _send_change(link: CustomerLoginLink) -> bool:
    with translation.override(link.language):
        return _send(
            link.email,
            link.language,
            subject=_("Confirm your new e-mail for %(store)s"),
            template="customers/email/change_email",
            path=f"/account/email/{link_token(link.nonce, link.purpose)}/",
            label=_("Confirm this address"),
            minutes=_minutes(link),
        )


def _send_delete(link: CustomerLoginLink) -> bool:
    with translation.override(link.language):
        return _send(
            link.email,
            link.language,
            subject=_("Delete your account at %(store)s?"),
            template="customers/email/delete_account",
            path=f"/account/delete/{link_token(link.nonce, link.purpose)}/",
            label=_("Look at it and decide"),
            minutes=_minutes(link),
        )


def _send_invitation(link: CustomerLoginLink) -> bool:
    with translation.override(link.language):
        return _send(
            link.email,
            link.language,
            subject=_("Your account at %(store)s"),
            template="customers/email/invitation",
            path=f"/account/link/{link_token(link.nonce, link.purpose)}/",
            label=_("Open your account"),
            days=LINK_LIFE[LinkPurpose.INVITATION].days,
        )


_SENDERS = {
    LinkPurpose.SIGN_IN: _send_sign_in,
    LinkPurpose.INVITATION: _send_invitation,
    LinkPurpose.CHANGE_EMAIL: _send_change,
    LinkPurpose.DELETE_ACCOUNT: _send_delete,
}


def _minutes(link: CustomerLoginLink) -> int:
    return int(LINK_LIFE[LinkPurpose(link.purpose)].total_seconds() // 60)


def _send(
    email: str, language: str, *, subject: str, template: str, path: str = "", label: str = "", **words: Any
) -> bool:
    """Send to a shopper and return whether it left.

    `subject` may name the store and what is in `words`, `path` is where the button leads.
    """
    tenant = current_tenant()
    prefix = "" if language == tenant.language else f"/{language}"
    return send_mail(
        to=email,
        subject=subject % {"store": tenant.name, **words},
        template=template,
        context={
            "sender_name": tenant.name,
            "action_url": store_url(tenant, f"{prefix}{path}") if path else "",
            "action_label": label,
            **words,
        },
        language=language,
        from_name=tenant.name,
        reply_to=tenant.contact_email,
    )
