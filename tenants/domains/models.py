"""What became of host names: every change of one, for the processes that remember them."""

from django.db import models


class HostChange(models.Model):
    """A store or a host name that changed; written by triggers, so a change by hand is written too.

    `xid` is the transaction that wrote it, which is how a reader knows what it has not seen yet whatever the order of commits.
    A row that names neither store nor host means everything.
    """

    id = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(db_index=True)
    tenant_id = models.BigIntegerField(null=True)
    host = models.CharField(max_length=253, null=True)
    changed_at = models.DateTimeField()
