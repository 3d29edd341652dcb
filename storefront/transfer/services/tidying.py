"""What is kept for a day goes after it."""

from datetime import datetime

from django.core.files.storage import storages

from storefront.transfer.models import ImportRun, UndoBatch
from storefront.transfer.results import FOLDER
from storefront.transfer.services.undoing import UNDO_FOR
from storefront.transfer.services.uploading import KEEP_FILES


def remove_old_files(*, now: datetime) -> int:
    """Delete the store's uploads, error files and exports that are older than a day and return how many went.

    What imports could be undone by goes with them, and so do uploads that came to nothing.
    """
    UndoBatch.objects.filter(run__imported_at__lt=now - UNDO_FOR).delete()
    ImportRun.objects.filter(imported_at__isnull=True, created_at__lt=now - KEEP_FILES).delete()
    storage = storages["private"]
    if not storage.exists(FOLDER):
        return 0
    names = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]]
    old = [name for name in names if storage.get_modified_time(name) < now - KEEP_FILES]
    for name in old:
        storage.delete(name)
    return len(old)
