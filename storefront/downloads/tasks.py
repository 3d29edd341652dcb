"""Mails about files."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.downloads import services


@shared_task(base=TenantTask, name="storefront.downloads.mail_files", ignore_result=True)
def mail_files(*, order_id: int) -> None:
    """Tell a buyer where their files are."""
    services.mail_files(order_id=order_id, now=utc_now())
