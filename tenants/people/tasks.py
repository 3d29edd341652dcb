"""Invitations on their way."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import PlatformTask
from tenants.people.services import mail_invitation


@shared_task(
    base=PlatformTask,
    name="tenants.people.send_invitation",
    ignore_result=True,
    autoretry_for=(OSError,),
    retry_backoff=3,
    retry_backoff_max=120,
    max_retries=6,
)
def send_invitation(*, invitation_id: int, nonce: str) -> None:
    mail_invitation(invitation_id=invitation_id, nonce=nonce, now=utc_now())
