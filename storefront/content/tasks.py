"""Content's work in the background."""

from celery import shared_task

from core.tasks import TenantTask
from storefront.content.services import mail_question


@shared_task(
    base=TenantTask,
    name="storefront.content.mail_newsletter_question",
    ignore_result=True,
    autoretry_for=(OSError,),
    retry_backoff=3,
    retry_backoff_max=120,
    max_retries=6,
)
def mail_newsletter_question(*, consent_id: int) -> None:
    mail_question(consent_id=consent_id)
