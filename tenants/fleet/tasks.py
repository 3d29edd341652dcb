"""The nightly count of a store's files."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from core.tenancy import current_tenant
from tenants.fleet.services.room import recount_files


@shared_task(base=TenantTask, name="tenants.fleet.recount_files", ignore_result=True)
def recount() -> None:
    recount_files(tenant=current_tenant(), now=utc_now())
