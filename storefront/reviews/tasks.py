"""Invitations in the background."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from integrations.mail.again import MAIL_AGAIN
from storefront.reviews.services import mail_invitation


@shared_task(
    base=TenantTask,
    name="storefront.reviews.send_invitation",
    ignore_result=True,
    **MAIL_AGAIN,
)
def send_invitation(*, invitation_id: int) -> None:
    mail_invitation(invitation_id=invitation_id, now=utc_now())
