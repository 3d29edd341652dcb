"""A draft's mail, the end of its time, and the end of an order that came of it too late."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from integrations.mail.again import MAIL_AGAIN
from storefront.drafts import services

# A mail server that does not answer is asked again for a good hour.


@shared_task(base=TenantTask, name="storefront.drafts.mail_link", ignore_result=True, **MAIL_AGAIN)
def mail_link(*, draft_id: int) -> None:
    services.mail_link(draft_id=draft_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.drafts.call_off_second", ignore_result=True)
def call_off_second(*, order_id: int) -> None:
    services.call_off_second(order_id=order_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.drafts.close_expired", ignore_result=True)
def close_expired() -> None:
    services.close_expired(now=utc_now())
