"""Reminders' work in the background."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from integrations.mail.again import MAIL_AGAIN
from storefront.recovery.services import find_left_carts, send_reminder
from storefront.recovery.services.finding import TASK


@shared_task(base=TenantTask, name="storefront.recovery.find_left_carts", ignore_result=True)
def find_left() -> None:
    find_left_carts(now=utc_now())


@shared_task(base=TenantTask, name=TASK, ignore_result=True, **MAIL_AGAIN)
def send(*, abandoned_id: int) -> None:
    send_reminder(abandoned_id=abandoned_id, now=utc_now())
