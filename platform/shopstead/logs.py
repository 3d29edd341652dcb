"""Log lines that say which store and which request they belong to."""

import logging
from contextvars import ContextVar

from django.db import connection

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class TenantFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.schema = getattr(connection, "schema_name", None) or "-"
        record.request_id = request_id.get()
        return True
