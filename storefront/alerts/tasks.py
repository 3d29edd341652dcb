"""Mails to those who wait."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.alerts import services


@shared_task(base=TenantTask, name=services.TASK, ignore_result=True)
def send_waiting(*, variant_id: int) -> None:
    """Write to everybody who waits for a variant."""
    services.send_waiting(variant_id=variant_id, now=utc_now())
