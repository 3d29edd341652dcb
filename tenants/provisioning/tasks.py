"""Stores made in the background, the pool kept full, and what was left behind swept."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import PlatformTask
from tenants.provisioning import pool, services, sweeping


@shared_task(base=PlatformTask, name="tenants.provision", ignore_result=True)
def provision(*, tenant_id: int) -> None:
    services.provision_tenant(tenant_id=tenant_id, now=utc_now())


@shared_task(base=PlatformTask, name="tenants.provisioning.fill_pool", ignore_result=True)
def fill_pool() -> None:
    pool.fill_pool(now=utc_now())


@shared_task(base=PlatformTask, name="tenants.provisioning.sweep", ignore_result=True)
def sweep() -> None:
    services.resume_provisioning(now=utc_now())
    services.remove_unfinished(now=utc_now())
    sweeping.sweep_schemas(now=utc_now())
