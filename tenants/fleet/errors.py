"""What can stand in the way of migrating stores, or of keeping one more file."""

from core.errors import Conflict, LimitReached, NotFound, Unavailable


class RunInProgress(Conflict):
    code = "migration_in_progress"


class CanaryNotFound(NotFound):
    code = "canary_not_found"


class StoreBehind(Unavailable):
    """A store cannot be opened, because its schema could not be brought up to date."""

    code = "store_behind"


class StoreBusy(RuntimeError):
    """Another process is migrating this very store."""


class LeaseLost(RuntimeError):
    """Another process has taken this run over; this one must not write any more."""


class NeedsExecutor(RuntimeError):
    """These migrations cannot be written as statements once for all stores; the message says why."""


class MigrationTableMissing(RuntimeError):
    """The schema has no record of its migrations, so nothing can be said about it."""


class StorageFull(LimitReached):
    code = "storage_full"
