"""Mails about accounts, and tidying."""

from typing import Any

from celery import shared_task

from accounts.services import mail_confirmation, mail_notice, mail_password_reset, remove_old_logins
from core.clock import utc_now
from core.sessions import remove_expired_sessions
from core.tasks import PlatformTask
from integrations.mail.again import MAIL_AGAIN

MAIL: dict[str, Any] = {
    "base": PlatformTask,
    "ignore_result": True,
    **MAIL_AGAIN,
}


@shared_task(name="accounts.mail_notice", **MAIL)
def notice(**facts: Any) -> None:
    mail_notice(**facts)


@shared_task(name="accounts.mail_password_reset", **MAIL)
def password_reset(*, email: str, language: str) -> None:
    mail_password_reset(email=email, language=language)


@shared_task(name="accounts.mail_confirmation", **MAIL)
def confirmation(*, user_id: int, email: str) -> None:
    mail_confirmation(user_id=user_id, email=email, now=utc_now())


@shared_task(base=PlatformTask, name="accounts.remove_old_logins", ignore_result=True)
def tidy() -> None:
    now = utc_now()
    remove_old_logins(now=now)
    remove_expired_sessions(now=now)
