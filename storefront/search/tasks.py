"""Work of search that does not wait for a page."""

from celery import shared_task

from core.tasks import TenantTask
from storefront.search.services import index_products


@shared_task(base=TenantTask, name="storefront.search.reindex", ignore_result=True)
def reindex(*, product_ids: list[int]) -> None:
    """Write these products' words anew."""
    index_products(product_ids=product_ids)
