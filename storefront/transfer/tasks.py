"""Imports in the background, what follows them, and the tidying up."""

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


@shared_task(base=TenantTask, name=services.PICTURES_TASK, ignore_result=True)
def fetch_pictures(*, job_id: int) -> None:
    def work(handle: JobHandle) -> None:
        with translation.override(handle.params["language"]):
            services.fetch_pictures(handle=handle)

    run_job(job_id=job_id, work=work)


@shared_task(base=TenantTask, name=services.UNDO_TASK, ignore_result=True)
def undo_import(*, job_id: int) -> None:
    tenant = current_tenant()

    def work(handle: JobHandle) -> None:
        with translation.override(handle.params["language"]):
            services.carry_out_undo(handle=handle, currency=tenant.currency, now=utc_now())

    run_job(job_id=job_id, work=work)


@shared_task(base=TenantTask, name=services.EXPORT_TASK, ignore_result=True)
def run_export(*, job_id: int) -> None:
    tenant = current_tenant()

    def work(handle: JobHandle) -> None:
        with translation.override(handle.params["language"]):
            services.carry_out_export(handle=handle, tenant=tenant, now=utc_now())
        handle.result["url"] = reverse("dashboard_export_file", args=[handle.job.token])

    run_job(job_id=job_id, work=work)


@shared_task(base=TenantTask, name="storefront.transfer.remove_old_files", ignore_result=True)
def remove_old_files() -> None:
    services.remove_old_files(now=utc_now())
