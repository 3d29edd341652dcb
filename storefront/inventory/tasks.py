"""Scheduled work on stock."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.inventory.services import forget_sent_forms
from storefront.inventory.services import release_expired as release_expired_holds


@shared_task(base=TenantTask, name="storefront.inventory.release_expired", ignore_result=True)
def release_expired() -> int:
    """Give back what was held for orders that were not paid in time."""
    return release_expired_holds(now=utc_now())


@shared_task(base=TenantTask, name="storefront.inventory.tidy", ignore_result=True)
def tidy() -> int:
    """Forget forms that nobody sends a second time any more."""
    return forget_sent_forms(now=utc_now())
