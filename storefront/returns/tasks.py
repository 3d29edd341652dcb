"""Mails about withdrawals and returns."""

from typing import Any

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.returns.services import mail_confirmation, mail_notice, mail_return, mail_return_notice

# A mail server that does not answer is asked again for a good hour.
_AGAIN: Any = {"autoretry_for": (OSError,), "retry_backoff": 5, "retry_backoff_max": 600, "max_retries": 12}


@shared_task(base=TenantTask, name="storefront.returns.confirm", ignore_result=True, **_AGAIN)
def confirm(*, withdrawal_id: int) -> None:
    mail_confirmation(withdrawal_id=withdrawal_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.returns.notice", ignore_result=True, **_AGAIN)
def notice(*, withdrawal_id: int) -> None:
    mail_notice(withdrawal_id=withdrawal_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.returns.tell_return", ignore_result=True, **_AGAIN)
def tell_return(*, return_id: int, state: str) -> None:
    mail_return(return_id=return_id, state=state, now=utc_now())


@shared_task(base=TenantTask, name="storefront.returns.tell_merchant", ignore_result=True, **_AGAIN)
def tell_merchant(*, return_id: int) -> None:
    mail_return_notice(return_id=return_id, now=utc_now())
