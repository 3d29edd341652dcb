"""Work of the platform on host names."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import PlatformTask
from tenants.domains.services import prune_host_changes


@shared_task(base=PlatformTask, name="tenants.domains.prune_host_changes", ignore_result=True)
def prune() -> None:
    prune_host_changes(now=utc_now())
