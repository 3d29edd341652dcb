"""The doctor's rounds."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.doctor import services


@shared_task(base=TenantTask, name=services.TASK, ignore_result=True)
def check(*, product_ids: list[int]) -> None:
    """Look at products that have changed."""
    services.write_issues(product_ids=product_ids, now=utc_now())


@shared_task(base=TenantTask, name="storefront.doctor.check_all", ignore_result=True)
def check_all() -> int:
    """Look at all products, every night."""
    return services.write_all_issues(now=utc_now())
