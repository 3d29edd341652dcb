"""What imports and exports do when a customer leaves or is made one with another."""

from functools import partial
from typing import TYPE_CHECKING

from django.core.files.storage import storages

from core.tenancy import after_commit
from core.text import without_words
from storefront.customers.events import CustomerErased, CustomersMerged
from storefront.transfer.enums import ImportKind
from storefront.transfer.models import ImportRun, UndoBatch
from storefront.transfer.results import FOLDER

if TYPE_CHECKING:
    from django.core.files.base import File

_OF_PEOPLE = (ImportKind.CUSTOMERS, ImportKind.ORDERS)
# What is packed cannot be looked through: the first bytes of ZIP (.xlsx) and gzip.
_PACKED = (b"PK", b"\x1f\x8b")


def forget_erased(event: CustomerErased) -> None:
    """Take a customer out of what is kept of imports: their first rows, what undoing would put back, the files of the last day."""
    for run in ImportRun.objects.filter(kind__in=_OF_PEOPLE):
        samples = without_words(run.samples, event.words)
        if samples != run.samples:
            ImportRun.objects.filter(pk=run.pk).update(samples=samples)
    _undo_without({event.customer_id})
    after_commit(partial(remove_files_of, event.email))


def forget_merged(event: CustomersMerged) -> None:
    """Undo nothing any more of two customers who became one: what was brought in was of each of them."""
    _undo_without({event.stays_id, event.goes_id})


def remove_files_of(email: str) -> int:
    """Delete uploads, error files and exports that name somebody, or are packed, and return how many; all go after a day anyway."""
    storage, wanted = storages["private"], email.lower().encode()
    if not storage.exists(FOLDER):
        return 0
    removed = 0
    for name in storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        with storage.open(path) as file:
            content = file.read(2)
            is_meant = content.startswith(_PACKED) or _says(file, wanted, content)
        if is_meant:
            storage.delete(path)
            removed += 1
    return removed


def _says(file: "File[bytes]", wanted: bytes, start: bytes) -> bool:
    """Tell whether a file says this, block by block."""
    tail = start
    while block := file.read(1 << 20):
        if wanted in (tail + block).lower():
            return True
        tail = block[-len(wanted) :]
    return False


def _undo_without(customer_ids: set[int]) -> None:
    for batch in UndoBatch.objects.filter(run__kind=ImportKind.CUSTOMERS):
        rows = [row for row in batch.rows if row[0] not in customer_ids]
        if len(rows) < len(batch.rows):
            UndoBatch.objects.filter(pk=batch.pk).update(rows=rows)
