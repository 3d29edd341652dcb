"""Content's work in the background."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from integrations.mail.again import MAIL_AGAIN
from storefront.content.services import mail_question
from storefront.content.services import publish_due as publish_planned
from storefront.content.services.pages import PUBLISH_TASK


@shared_task(
    base=TenantTask,
    name="storefront.content.mail_newsletter_question",
    ignore_result=True,
    **MAIL_AGAIN,
)
def mail_newsletter_question(*, consent_id: int) -> None:
    mail_question(consent_id=consent_id)


@shared_task(base=TenantTask, name=PUBLISH_TASK, ignore_result=True)
def publish_due() -> int:
    """Show pages that were planned for now: asked for at that moment, and every hour for what was forgotten."""
    return publish_planned(now=utc_now())
