"""`shopstead relay`: publish outbox messages as they come, until told to stop."""

import logging
import signal
from types import FrameType

import psycopg
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.db.utils import InterfaceError, OperationalError

from core.clock import utc_now
from core.outbox.services import CHANNEL, publish_waiting

POLL_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Publish what waits in the outbox to the broker, at once when notified and every second otherwise."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        self.stopping = False
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        self.stdout.write("READY relay")
        self.stdout.flush()
        while not self.stopping:
            try:
                self.run_until_disconnected()
            except (OperationalError, InterfaceError, psycopg.Error) as error:
                logger.warning("database does not answer, trying again: %s", error)
                close_old_connections()
                connection.close()
                signal.sigtimedwait([], POLL_SECONDS)

    def run_until_disconnected(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        while not self.stopping:
            while publish_waiting(now=utc_now()):
                pass
            for _ in connection.connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass

    def stop(self, signal_number: int, frame: FrameType | None) -> None:
        self.stopping = True
