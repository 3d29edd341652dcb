"""The mark of each store's last visible change."""

from django.db import models


class StoreMark(models.Model):
    """A store's mark: another random number after every transaction that wrote a table its pages show.

    The guarded backend writes it (`core.db.backend.changes`), right before the commit. `xid` is the transaction that did,
    which is how a reader knows what it has not seen yet whatever the order of commits.
    """

    schema_name = models.CharField(max_length=63, primary_key=True)
    mark = models.BigIntegerField()
    xid = models.BigIntegerField(db_index=True)
