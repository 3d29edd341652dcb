"""Keep the record of host changes short."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from core.tenancy import in_public

KEEP_CHANGES = timedelta(hours=1)

# What is deleted leaves one row behind, under the youngest of the deleted transactions: a reader that has not looked since
# then finds it and asks everything anew.
_PRUNE = """
WITH gone AS (DELETE FROM public.domains_hostchange WHERE changed_at < %s RETURNING xid)
INSERT INTO public.domains_hostchange (xid, changed_at) SELECT max(xid), %s FROM gone HAVING count(*) > 0
"""


def prune_host_changes(*, now: datetime) -> int:
    """Replace the changes of more than an hour ago by one row that stands for them all; return how many rows were written."""
    with in_public(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PRUNE, [now - KEEP_CHANGES, now])
        return int(cursor.rowcount)
