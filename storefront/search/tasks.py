"""Work of search that does not wait for a page."""

from celery import shared_task

from core.clock import utc_now
from core.jobs.services import run_job
from core.tasks import TenantTask
from storefront.search.services import REBUILD_TASK, index_outdated, index_products, learn_words, tidy_words
from storefront.search.services import rebuild as rebuild_all


@shared_task(base=TenantTask, name="storefront.search.reindex", ignore_result=True)
def reindex(*, product_ids: list[int]) -> None:
    """Write these products' words anew."""
    index_products(product_ids=product_ids)


@shared_task(base=TenantTask, name="storefront.search.learn", ignore_result=True)
def learn(*, product_ids: list[int]) -> None:
    """Remember these products' words, for those who misspell them."""
    learn_words(product_ids=product_ids)


@shared_task(base=TenantTask, name="storefront.search.refresh", ignore_result=True)
def refresh() -> None:
    """Write what an older release has written."""
    index_outdated()


@shared_task(base=TenantTask, name="storefront.search.tidy", ignore_result=True)
def tidy() -> None:
    """Bring the words that misspelled ones are led to up to date."""
    tidy_words(now=utc_now())


@shared_task(base=TenantTask, name=REBUILD_TASK, ignore_result=True)
def rebuild(*, job_id: int) -> None:
    """Write every product's words anew, as a job that somebody watches."""
    run_job(job_id=job_id, work=rebuild_all)
