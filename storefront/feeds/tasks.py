"""Notices to search engines."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.feeds import services


@shared_task(base=TenantTask, name="storefront.feeds.tell_indexnow", ignore_result=True)
def tell_indexnow() -> None:
    services.tell_indexnow(now=utc_now())
