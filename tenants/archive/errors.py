"""What can go wrong with a store's archive and its end."""

from core.errors import Conflict, InvalidInput, NotFound, Unavailable


class ArchiveDamaged(InvalidInput):
    """The file is not what its manifest says, or not an archive at all."""

    code = "archive_damaged"


class ArchiveTooNew(Conflict):
    """The archive knows changes of the database that this installation does not have yet."""

    code = "archive_too_new"


class ArchiveOfAnotherStore(Conflict):
    code = "archive_of_another_store"


class ArchiveNotFound(NotFound):
    code = "archive_not_found"


class StoreNotArchivable(Conflict):
    code = "store_not_archivable"


class RestoreRefused(Conflict):
    code = "restore_refused"


class RestoreStopped(Conflict):
    code = "restore_stopped"


class DeletionRefused(Conflict):
    code = "deletion_refused"


class NameNotTyped(InvalidInput):
    code = "name_not_typed"


class NoRoom(Unavailable):
    code = "no_room"
