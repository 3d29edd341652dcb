"""Mails about people's places in a store."""

from typing import Any

from celery import shared_task

from core.clock import utc_now
from core.tasks import PlatformTask
from integrations.mail.again import MAIL_AGAIN
from tenants.people.services import mail_invitation, mail_notice

MAIL: dict[str, Any] = {
    "base": PlatformTask,
    "ignore_result": True,
    **MAIL_AGAIN,
}


@shared_task(name="tenants.people.mail_notice", **MAIL)
def send_notice(**facts: Any) -> None:
    mail_notice(**facts)


@shared_task(name="tenants.people.send_invitation", **MAIL)
def send_invitation(*, invitation_id: int, nonce: str) -> None:
    mail_invitation(invitation_id=invitation_id, nonce=nonce, now=utc_now())
