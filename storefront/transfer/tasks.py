"""Imports in the background, and the tidying up after them."""

from celery import shared_task
from django.urls import reverse
from django.utils import translation

from core.clock import utc_now
from core.jobs.services import JobHandle, run_job
from core.tasks import TenantTask
from core.tenancy import current_tenant
from storefront.transfer import services


@shared_task(base=TenantTask, name=services.TASK, ignore_result=True)
def run_import(*, job_id: int) -> None:
    tenant = current_tenant()

    def work(handle: JobHandle) -> None:
        with translation.override(handle.params["language"]):
            services.carry_out(handle=handle, currency=tenant.currency, language=tenant.language, now=utc_now())
        page = "dashboard_import_rows" if handle.partly_failed else "dashboard_import_run"
        handle.result["url"] = reverse(page, args=[handle.job.token])

    run_job(job_id=job_id, work=work)


@shared_task(base=TenantTask, name="storefront.transfer.remove_old_files", ignore_result=True)
def remove_old_files() -> None:
    services.remove_old_files(now=utc_now())
