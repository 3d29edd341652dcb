"""Customers' work in the background."""

from typing import Any

from celery import shared_task

from core.clock import utc_now
from core.sessions import remove_expired_sessions
from core.tasks import TenantTask
from storefront.customers.services import mail_export, mail_login_link, mail_notice, make_export, remove_old_exports

_AGAIN: Any = {"autoretry_for": (OSError,), "retry_backoff": 3, "retry_backoff_max": 120, "max_retries": 6}


@shared_task(base=TenantTask, name="storefront.customers.send_login_link", ignore_result=True, **_AGAIN)
def send_login_link(*, link_id: int) -> None:
    mail_login_link(link_id=link_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.customers.remove_expired_sessions", ignore_result=True)
def tidy() -> None:
    remove_expired_sessions(now=utc_now())
    remove_old_exports(now=utc_now())


@shared_task(base=TenantTask, name="storefront.customers.send_notice", ignore_result=True, **_AGAIN)
def send_notice(*, notice_id: int) -> None:
    mail_notice(notice_id=notice_id)


@shared_task(base=TenantTask, name="storefront.customers.export_data", ignore_result=True, **_AGAIN)
def export_data(*, export_id: int) -> None:
    make_export(export_id=export_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.customers.send_export", ignore_result=True, **_AGAIN)
def send_export(*, export_id: int) -> None:
    mail_export(export_id=export_id)
