"""Customers' work in the background."""

from typing import Any
from uuid import UUID

from celery import shared_task
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.clock import utc_now
from core.jobs.services import JobHandle, run_job
from core.sessions import remove_expired_sessions
from core.tasks import TenantTask
from integrations.mail.again import MAIL_AGAIN
from storefront.customers.services import mail_export, mail_login_link, mail_notice, make_export, remove_old_exports
from storefront.customers.services.erasing import TASK, carry_out_erasure
from storefront.customers.services.exporting import carry_out_export
from storefront.customers.services.forgetting import remove_sessions_of

# A disk or a cache that does not answer.
_AGAIN: Any = {"autoretry_for": (OSError,), "retry_backoff": 3, "retry_backoff_max": 120, "max_retries": 6}


@shared_task(base=TenantTask, name="storefront.customers.send_login_link", ignore_result=True, **MAIL_AGAIN)
def send_login_link(*, link_id: int) -> None:
    mail_login_link(link_id=link_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.customers.remove_expired_sessions", ignore_result=True)
def tidy() -> None:
    remove_expired_sessions(now=utc_now())
    remove_old_exports(now=utc_now())


@shared_task(base=TenantTask, name="storefront.customers.send_notice", ignore_result=True, **MAIL_AGAIN)
def send_notice(*, notice_id: int) -> None:
    mail_notice(notice_id=notice_id)


@shared_task(base=TenantTask, name="storefront.customers.export_data", ignore_result=True, **_AGAIN)
def export_data(*, export_id: int) -> None:
    make_export(export_id=export_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.customers.send_export", ignore_result=True, **MAIL_AGAIN)
def send_export(*, export_id: int) -> None:
    mail_export(export_id=export_id)


@shared_task(base=TenantTask, name="storefront.customers.export_for_store", ignore_result=True)
def export_for_store(*, job_id: int) -> None:
    """Put a customer's data together for a colleague, as a job that somebody watches."""

    def work(handle: JobHandle) -> None:
        with translation.override(handle.params["language"]):
            export = carry_out_export(handle=handle, now=utc_now())
            if export is None:
                handle.result = {"message": _("This customer was deleted before.")}
                return
            handle.result = {
                "message": _("Kept for seven days."),
                "url": reverse("dashboard_customer_export_file", args=[export.customer_id, export.pk]),
                "label": _("Download"),
            }

    run_job(job_id=job_id, work=work)


@shared_task(base=TenantTask, name=TASK, ignore_result=True)
def erase(*, job_id: int) -> None:
    """Erase a customer at the merchant's word, as a job that somebody watches."""

    def work(handle: JobHandle) -> None:
        with translation.override(handle.params["language"]):
            receipt = carry_out_erasure(handle=handle, now=utc_now())
            handle.result = {
                "message": _("Deleted. Orders keep the books, without the person."),
                "url": reverse("dashboard_erasure", args=[receipt.reference]),
                "label": _("Receipt"),
            }

    run_job(job_id=job_id, work=work)


@shared_task(base=TenantTask, name="storefront.customers.remove_sessions", ignore_result=True, **_AGAIN)
def remove_sessions(*, customer_id: int, subject_hash: str, lineage: str) -> None:
    remove_sessions_of(customer_id=customer_id, subject_hash=subject_hash, lineage=UUID(lineage))
