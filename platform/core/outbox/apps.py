from celery.signals import task_prerun
from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "core.outbox"
    label = "outbox"
    schema = "public"

    def ready(self) -> None:
        """Note each message that a worker takes."""
        from core.outbox.losing import note_taken

        task_prerun.connect(note_taken, dispatch_uid="core.outbox.note_taken")
