"""Handle events in the background, and those that were overlooked."""

from celery import shared_task
from django.db import transaction

from billing.webhooks.selectors import list_overdue_events
from billing.webhooks.services import handle_event
from core.clock import utc_now
from core.outbox.services import enqueue
from core.tasks import PlatformTask


@shared_task(base=PlatformTask, name="billing.webhooks.handle", ignore_result=True)
def handle(*, event_id: int) -> None:
    handle_event(event_id=event_id, now=utc_now())


@shared_task(base=PlatformTask, name="billing.webhooks.sweep", ignore_result=True)
def sweep() -> None:
    with transaction.atomic():
        for event_id in list_overdue_events(utc_now()):
            enqueue(task="billing.webhooks.handle", kwargs={"event_id": event_id})
