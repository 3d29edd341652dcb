"""Customers' work in the background."""

from celery import shared_task

from core.clock import utc_now
from core.sessions import remove_expired_sessions
from core.tasks import TenantTask
from storefront.customers.services import mail_login_link


@shared_task(
    base=TenantTask,
    name="storefront.customers.send_login_link",
    ignore_result=True,
    autoretry_for=(OSError,),
    retry_backoff=3,
    retry_backoff_max=120,
    max_retries=6,
)
def send_login_link(*, link_id: int) -> None:
    mail_login_link(link_id=link_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.customers.remove_expired_sessions", ignore_result=True)
def tidy() -> None:
    remove_expired_sessions(now=utc_now())
