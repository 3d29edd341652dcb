"""The mail about what is added to an order, and the end of its time."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from integrations.mail.again import MAIL_AGAIN
from storefront.amendments import services

# A mail server that does not answer is asked again for a good hour.


@shared_task(base=TenantTask, name="storefront.amendments.ask", ignore_result=True, **MAIL_AGAIN)
def ask(*, amendment_id: int) -> None:
    services.mail_difference(amendment_id=amendment_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.amendments.close_expired", ignore_result=True)
def close_expired() -> None:
    services.close_expired(now=utc_now())
