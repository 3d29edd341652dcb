"""The one dispatcher: it fans scheduled work out to the ready stores in batches, spread over time."""

from celery import current_app, shared_task
from django_tenants.utils import get_tenant_model

from core.tasks import SCHEMA_HEADER, PlatformTask
from shopstead.celery import STORE_TASKS

SPREAD_SECONDS = {"minute": 20, "hour": 600, "night": 3 * 3600}
# What has time stands in no mail's way.
QUEUES = {"minute": "default", "hour": "jobs", "night": "jobs"}
QUEUES_OF_THEIR_OWN = {"recsys.serving.train": "training"}


@shared_task(base=PlatformTask, name="shopstead.dispatch", ignore_result=True)
def dispatch(*, period: str) -> int:
    """Ask each ready store for the period's tasks, with a delay that is its own, and return how many were asked for."""
    tenants = list(get_tenant_model().objects.working().values_list("id", "schema_name"))
    for tenant_id, schema_name in tenants:
        delay = tenant_id * 7919 % SPREAD_SECONDS[period] if len(tenants) > 10 else 0
        for task in STORE_TASKS[period]:
            current_app.send_task(
                task,
                headers={SCHEMA_HEADER: schema_name},
                queue=QUEUES_OF_THEIR_OWN.get(task, QUEUES[period]),
                countdown=delay,
                expires=24 * 3600,
            )
    return len(tenants) * len(STORE_TASKS[period])
