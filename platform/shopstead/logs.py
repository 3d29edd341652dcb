"""Log lines that say which store, which request and which person they belong to."""

import logging

from django.db import connection

from core.actors import current_actor
from core.text import one_line


class TenantFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        actor = current_actor()
        record.schema = getattr(connection, "schema_name", None) or "-"
        record.request_id = actor.request_id or "-"
        # Who acts through somebody's eyes stands beside them, as in 12/5.
        behind = f"/{actor.support_user_id}" if actor.support_user_id else ""
        record.user_id = f"{actor.user_id or '-'}{behind}"
        return True


class LineFormatter(logging.Formatter):
    """Keep what somebody sent on the line it was written on; only a traceback has lines of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = one_line(record.message)
        return super().formatMessage(record)
