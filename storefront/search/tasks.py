"""Work of search that does not wait for a page."""

from celery import shared_task

from core.jobs.services import run_job
from core.tasks import TenantTask
from storefront.search.services import REBUILD_TASK, index_products
from storefront.search.services import rebuild as rebuild_all


@shared_task(base=TenantTask, name="storefront.search.reindex", ignore_result=True)
def reindex(*, product_ids: list[int]) -> None:
    """Write these products' words anew."""
    index_products(product_ids=product_ids)


@shared_task(base=TenantTask, name=REBUILD_TASK, ignore_result=True)
def rebuild(*, job_id: int) -> None:
    """Write every product's words anew, as a job that somebody watches."""
    run_job(job_id=job_id, work=rebuild_all)
