"""Mails about people's places in a store: asked for in the transaction of the change, written and sent by the worker."""

from django.utils import translation

from accounts.models import User
from core.origin import platform_url
from core.outbox.services import enqueue
from integrations.mail.services import send_mail
from tenants.enums import Role
from tenants.models import Membership, Tenant
from tenants.people.enums import Notice
from tenants.people.wording import DUTIES, NOTICES
from tenants.selectors import list_owners

_WITH_DUTIES = (Notice.ROLE_CHANGED, Notice.OWNER_MADE)
MAIL_TASK = "tenants.people.mail_notice"


def tell(to: User, notice: Notice, *, about: Membership, by: User, before: str = "") -> None:
    """Ask for the mail that tells somebody what `by` did to a place; `before` is the role that the place had."""
    facts = {
        "user_id": to.pk,
        "tenant_id": about.tenant_id,
        "notice": notice.value,
        "name": about.user.display_name,
        "email": about.user.email,
        "by": by.display_name,
        "role": about.role,
        "before": before,
    }
    enqueue(task=MAIL_TASK, kwargs=facts, schema_name="public")


def tell_owners(notice: Notice, *, about: Membership, by: User, also: User | None = None) -> None:
    """Ask for a mail to each owner but the person it is about, and to `also`."""
    owners = {owner.pk: owner for owner in [*list_owners(about.tenant), *([also] if also else [])]}
    for owner in owners.values():
        if owner.pk != about.user_id:
            tell(owner, notice, about=about, by=by)


def mail_notice(*, user_id: int, tenant_id: int, notice: str, **facts: str) -> bool:
    """Send the mail in the reader's language, and tell whether it left; whom it is about answers to the store.

    `facts` are name and email of whom it is about, by, role and before. A store that is gone writes no more.
    """
    reader = User.objects.filter(pk=user_id, is_active=True).first()
    tenant = Tenant.objects.filter(pk=tenant_id).first()
    if reader is None or tenant is None:
        return False
    subject, sentence, (action, page) = NOTICES[Notice(notice)]
    is_about_reader = facts["email"] == reader.email
    with translation.override(reader.language):
        words = {**facts, "store": tenant.name, "role": _role(facts["role"]), "before": _role(facts["before"])}
        context = {
            "sentence": str(sentence) % words,
            "duties": DUTIES[Role(facts["role"])] if notice in _WITH_DUTIES else "",
            "action_url": platform_url(page.format(slug=tenant.slug)),
            "action_label": str(action),
        }
        return send_mail(
            to=reader.email,
            subject=str(subject) % words,
            template="people/email/notice",
            context=context,
            language=reader.language,
            reply_to=tenant.contact_email if is_about_reader else None,
        )


def _role(value: str) -> str:
    return str(Role(value).label) if value in Role.values else value
