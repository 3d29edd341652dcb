"""Work on conversations that nobody waits for."""

from typing import Any

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.support.services import classify_conversation, mail_question, mail_reply

# A mail server that does not answer is asked again for a good hour.
_AGAIN: Any = {"autoretry_for": (OSError,), "retry_backoff": 5, "retry_backoff_max": 600, "max_retries": 12}


@shared_task(base=TenantTask, name="storefront.support.classify", ignore_result=True)
def classify(*, conversation_id: int) -> None:
    classify_conversation(conversation_id=conversation_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.support.send_reply", ignore_result=True, **_AGAIN)
def send_reply(*, message_id: int) -> None:
    mail_reply(message_id=message_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.support.send_question", ignore_result=True, **_AGAIN)
def send_question(*, message_id: int) -> None:
    mail_question(message_id=message_id, now=utc_now())
