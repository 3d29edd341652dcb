"""Mails about withdrawals and returns."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from integrations.mail.again import MAIL_AGAIN
from storefront.returns.services import mail_confirmation, mail_notice, mail_return, mail_return_notice


@shared_task(base=TenantTask, name="storefront.returns.confirm", ignore_result=True, **MAIL_AGAIN)
def confirm(*, withdrawal_id: int) -> None:
    mail_confirmation(withdrawal_id=withdrawal_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.returns.notice", ignore_result=True, **MAIL_AGAIN)
def notice(*, withdrawal_id: int) -> None:
    mail_notice(withdrawal_id=withdrawal_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.returns.tell_return", ignore_result=True, **MAIL_AGAIN)
def tell_return(*, return_id: int, state: str) -> None:
    mail_return(return_id=return_id, state=state, now=utc_now())


@shared_task(base=TenantTask, name="storefront.returns.tell_merchant", ignore_result=True, **MAIL_AGAIN)
def tell_merchant(*, return_id: int) -> None:
    mail_return_notice(return_id=return_id, now=utc_now())
