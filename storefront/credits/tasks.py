"""Credits' work in the background."""

from typing import Any

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.credits.services import mail_card

_AGAIN: Any = {"autoretry_for": (OSError,), "retry_backoff": 3, "retry_backoff_max": 120, "max_retries": 6}


@shared_task(base=TenantTask, name="storefront.credits.send_card", ignore_result=True, **_AGAIN)
def send_card(*, card_id: int) -> None:
    mail_card(card_id=card_id, now=utc_now())
