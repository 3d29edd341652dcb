"""The mail about what is added to an order."""

from typing import Any

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.amendments.services import mail_difference

# A mail server that does not answer is asked again for a good hour.
_AGAIN: Any = {"autoretry_for": (OSError,), "retry_backoff": 5, "retry_backoff_max": 600, "max_retries": 12}


@shared_task(base=TenantTask, name="storefront.amendments.ask", ignore_result=True, **_AGAIN)
def ask(*, amendment_id: int) -> None:
    mail_difference(amendment_id=amendment_id, now=utc_now())
