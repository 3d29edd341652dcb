"""Work of the platform on host names."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import PlatformTask
from integrations.dns.client import get_resolver
from integrations.mail.again import MAIL_AGAIN
from integrations.mail.services import send_mail
from tenants.domains.mailing import prepare_mail
from tenants.domains.services import check_claim, prune_host_changes, request_due_checks


@shared_task(base=PlatformTask, name="tenants.domains.prune_host_changes", ignore_result=True)
def prune() -> None:
    prune_host_changes(now=utc_now())


@shared_task(base=PlatformTask, name="tenants.domains.check_due", ignore_result=True)
def check_due() -> None:
    request_due_checks(now=utc_now())


@shared_task(base=PlatformTask, name="tenants.domains.check", ignore_result=True)
def check(*, claim_id: int) -> None:
    check_claim(claim_id=claim_id, resolver=get_resolver(), actor="system", now=utc_now())


@shared_task(
    base=PlatformTask,
    name="tenants.domains.mail",
    ignore_result=True,
    **MAIL_AGAIN,
)
def mail(*, claim_id: int, kind: str) -> None:
    letter = prepare_mail(claim_id=claim_id, kind=kind)
    if letter is not None:
        send_mail(**letter)
