"""Work of the catalog that does not wait for a page."""

from celery import shared_task
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.clock import utc_now
from core.jobs.services import JobHandle, run_job
from core.tasks import TenantTask
from storefront.catalog import services
from storefront.catalog.services.changes import UNDO_TASK, purge_change_sets, undo_as_job
from storefront.catalog.services.collections.filling import (
    FILL_TASK,
    FOLLOW_TASK,
    fill_as_job,
    fill_drifting,
    follow_many,
)
from storefront.catalog.services.drafts import purge_drafts
from storefront.catalog.services.labels import RENAME_TASK, rename_as_job
from storefront.catalog.services.mass import MASS_TASK, change_as_job
from storefront.catalog.services.price_lists import refresh_rates as refresh_list_rates
from storefront.catalog.services.prices import note_all_prices
from storefront.catalog.services.publishing import PUBLISH_TASK
from storefront.catalog.services.publishing import publish_due as publish_scheduled


@shared_task(base=TenantTask, name=UNDO_TASK, ignore_result=True)
def undo_changes(*, job_id: int) -> None:
    """Put many goods back to what they were, as a job that somebody watches."""

    def work(handle: JobHandle) -> None:
        with translation.override(handle.params["language"]):
            undo_as_job(handle, now=utc_now())

    run_job(job_id=job_id, work=work)


@shared_task(base=TenantTask, name="storefront.catalog.purge_changes", ignore_result=True)
def purge_changes() -> int:
    """Forget the deeds that can no longer be undone, and old drafts."""
    return purge_change_sets(now=utc_now()) + purge_drafts(now=utc_now())


@shared_task(base=TenantTask, name="storefront.catalog.note_prices", ignore_result=True)
def note_prices() -> int:
    """Write down the prices that nothing has written down."""
    return note_all_prices(actor="", now=utc_now())


@shared_task(base=TenantTask, name="storefront.catalog.refresh_rates", ignore_result=True)
def refresh_rates() -> int:
    """Ask for the exchange rates of the price lists that want them fetched."""
    return refresh_list_rates(now=utc_now())


@shared_task(base=TenantTask, name="storefront.catalog.finish_picture", ignore_result=True)
def finish_picture(*, image_id: int) -> None:
    """Make the widths and forms of a picture."""
    services.finish_picture(image_id=image_id)


@shared_task(base=TenantTask, name="storefront.catalog.sweep_pictures", ignore_result=True)
def sweep_pictures() -> int:
    """Ask again for pictures whose task was lost."""
    return services.sweep_pictures(now=utc_now())


@shared_task(base=TenantTask, name=PUBLISH_TASK, ignore_result=True)
def publish_due() -> int:
    """Make live what was scheduled for now: asked for at that moment, and every hour for what was forgotten."""
    return publish_scheduled(now=utc_now())


@shared_task(base=TenantTask, name=FOLLOW_TASK, ignore_result=True)
def follow_collections(*, product_ids: list[int]) -> None:
    """Put many changed products into the collections by rule that they fit."""
    follow_many(product_ids=product_ids, now=utc_now())


@shared_task(base=TenantTask, name=FILL_TASK, ignore_result=True)
def fill_collection(*, job_id: int) -> None:
    """Fill a collection whose rules were changed, as a job that somebody watches."""

    def work(handle: JobHandle) -> None:
        with translation.override(handle.params["language"]):
            fill_as_job(handle, now=utc_now())

    run_job(job_id=job_id, work=work)


@shared_task(base=TenantTask, name="storefront.catalog.fill_drifting", ignore_result=True)
def fill_drifting_collections() -> int:
    """Look again at collections by stock or age."""
    return fill_drifting(now=utc_now())


@shared_task(base=TenantTask, name=RENAME_TASK, ignore_result=True)
def rename_label(*, job_id: int) -> None:
    """Rename a tag, brand or kind on all goods, as a job that somebody watches."""

    def work(handle: JobHandle) -> None:
        with translation.override(handle.params["language"]):
            rename_as_job(handle, now=utc_now())

    run_job(job_id=job_id, work=work)


@shared_task(base=TenantTask, name=MASS_TASK, ignore_result=True)
def change_many(*, job_id: int) -> None:
    """Do one thing to many goods, as a job that somebody watches."""

    def work(handle: JobHandle) -> None:
        with translation.override(handle.params["language"]):
            done = change_as_job(handle, now=utc_now())
            if done.change_set_id is not None:
                handle.result["url"] = reverse("dashboard_products_change", args=[done.change_set_id])
                handle.result["label"] = _("Undo")

    run_job(job_id=job_id, work=work)
