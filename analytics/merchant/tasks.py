"""The hourly roll-up."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from core.tenancy import current_tenant


@shared_task(base=TenantTask, name="analytics.merchant.refresh", ignore_result=True)
def refresh() -> None:
    """Compute the store's days anew."""
    from analytics.merchant.services.rollups import refresh_recent  # only who computes carries pandas

    refresh_recent(tenant=current_tenant(), now=utc_now())
