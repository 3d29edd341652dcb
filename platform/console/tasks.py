"""The console's work in the background."""

from celery import shared_task

from console.services.facts import refresh_facts
from core.clock import utc_now
from core.tasks import TenantTask
from core.tenancy import current_tenant


@shared_task(base=TenantTask, name="console.refresh_facts", ignore_result=True)
def refresh() -> None:
    refresh_facts(tenant=current_tenant(), now=utc_now())
