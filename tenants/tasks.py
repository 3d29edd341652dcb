"""Provisioning in the background."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import PlatformTask
from tenants.provisioning.services import provision_tenant, resume_provisioning


@shared_task(base=PlatformTask, name="tenants.provision", ignore_result=True)
def provision(*, tenant_id: int) -> None:
    provision_tenant(tenant_id=tenant_id, now=utc_now())


@shared_task(base=PlatformTask, name="tenants.resume_provisioning", ignore_result=True)
def resume() -> None:
    resume_provisioning(now=utc_now())
