"""Invitations in the background."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.reviews.services import mail_invitation


@shared_task(
    base=TenantTask,
    name="storefront.reviews.send_invitation",
    ignore_result=True,
    autoretry_for=(OSError,),
    retry_backoff=5,
    retry_backoff_max=600,
    max_retries=12,
)
def send_invitation(*, invitation_id: int) -> None:
    mail_invitation(invitation_id=invitation_id, now=utc_now())
