"""The tidying up of lists nobody comes back to."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from storefront.wishlists.services import remove_old_lists


@shared_task(base=TenantTask, name="storefront.wishlists.remove_old_lists", ignore_result=True)
def tidy() -> None:
    remove_old_lists(now=utc_now())
