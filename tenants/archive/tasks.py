"""Archives, restorations and sandboxes as jobs; the nightly round; and the end of stores."""

import logging

from celery import shared_task

from core.clock import utc_now
from core.errors import ShopsteadError
from core.jobs.services import run_job
from core.tasks import PlatformTask, TenantTask
from core.tenancy import current_tenant
from integrations.mail.again import MAIL_AGAIN
from tenants.archive.services import deleting, journal, keeping, telling, working
from tenants.archive.services.restoring import sweep_restorations

logger = logging.getLogger(__name__)


@shared_task(base=TenantTask, name="tenants.archive.run_export", ignore_result=True)
def run_export(*, job_id: int) -> None:
    tenant = current_tenant()
    run_job(job_id=job_id, work=lambda handle: working.do_export(handle, tenant))


@shared_task(base=TenantTask, name="tenants.archive.run_restore", ignore_result=True)
def run_restore(*, job_id: int) -> None:
    tenant = current_tenant()
    run_job(job_id=job_id, work=lambda handle: working.do_restore(handle, tenant))


@shared_task(base=TenantTask, name="tenants.archive.run_clone", ignore_result=True)
def run_clone(*, job_id: int) -> None:
    tenant = current_tenant()
    run_job(job_id=job_id, work=lambda handle: working.do_clone(handle, tenant))


@shared_task(base=TenantTask, name="tenants.archive.run_open", ignore_result=True)
def run_open(*, job_id: int) -> None:
    tenant = current_tenant()
    run_job(job_id=job_id, work=lambda handle: working.do_open(handle, tenant))


@shared_task(base=PlatformTask, name="tenants.archive.run_open_upload", ignore_result=True)
def run_open_upload(*, job_id: int) -> None:
    run_job(job_id=job_id, work=working.do_open_upload)


@shared_task(base=TenantTask, name="tenants.archive.nightly", ignore_result=True)
def nightly() -> None:
    keeping.archive_by_night(tenant=current_tenant(), now=utc_now())


@shared_task(base=PlatformTask, name="tenants.archive.sweep", ignore_result=True)
def sweep() -> None:
    sweep_restorations(now=utc_now())
    keeping.sweep_archives(now=utc_now())


@shared_task(base=PlatformTask, name="tenants.archive.erase_due", ignore_result=True)
def erase_due() -> None:
    """Erase the stores whose grace is over; one that cannot be erased now is tried again next time, the others go on."""
    now = utc_now()
    deleting.warn_of_deletions(now=now)
    for deletion in deleting.list_due(now=now):
        try:
            deleting.erase_store(deletion_id=deletion.pk, actor="system", now=now)
        except ShopsteadError as error:
            logger.warning("deletion %s waits: %s", deletion.token, error)
        except Exception:
            logger.exception("deletion %s failed and is tried again", deletion.token)


@shared_task(
    base=PlatformTask,
    name="tenants.archive.mail_deletion",
    ignore_result=True,
    **MAIL_AGAIN,
)
def mail_deletion(*, deletion_id: int, kind: str, user_id: int | None = None) -> None:
    telling.mail_deletion(deletion_id=deletion_id, kind=kind, user_id=user_id)


@shared_task(base=PlatformTask, name="tenants.archive.keep_erasures", ignore_result=True)
def keep_erasures() -> None:
    journal.keep_erasures(now=utc_now())
