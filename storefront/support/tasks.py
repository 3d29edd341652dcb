"""Work on conversations that nobody waits for."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from integrations.mail.again import MAIL_AGAIN
from storefront.support.services import classify_conversation, mail_question, mail_reply


@shared_task(base=TenantTask, name="storefront.support.classify", ignore_result=True)
def classify(*, conversation_id: int) -> None:
    classify_conversation(conversation_id=conversation_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.support.send_reply", ignore_result=True, **MAIL_AGAIN)
def send_reply(*, message_id: int) -> None:
    mail_reply(message_id=message_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.support.send_question", ignore_result=True, **MAIL_AGAIN)
def send_question(*, message_id: int) -> None:
    mail_question(message_id=message_id, now=utc_now())
