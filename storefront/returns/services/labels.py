"""Labels for parcels that come back: small files in private storage, for the customer and the merchant alone."""

from typing import Any

from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.tenancy import after_commit, current_tenant
from storefront.returns.errors import ReturnRefused
from storefront.returns.models import Return
from tenants.fleet.services.room import require_room

FOLDER = "returns"
LARGEST_LABEL = 5 * 1024 * 1024
_STARTS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


def keep_label(file: Any) -> str:
    """Keep an uploaded label and return its path; what it begins with says its kind, not what it is called.

    Raises: ReturnRefused, StorageFull.
    """
    ending = next((ending for start, ending in _STARTS.items() if _first_bytes(file).startswith(start)), "")
    if not ending or not 0 < file.size <= LARGEST_LABEL:
        raise ReturnRefused(_("A label is one PDF, JPEG or PNG of at most 5 MB."), field="label")
    require_room(tenant=current_tenant(), bytes_count=file.size)
    return str(storages["private"].save(f"{FOLDER}/{new_token()}.{ending}", file))


def remove_label(found: Return) -> None:
    """Take a return's label away; its bytes go when the transaction has committed."""
    path, found.label_path = found.label_path, ""
    found.save(update_fields=["label_path"])
    after_commit(lambda: drop_file(path))


def drop_file(path: str) -> None:
    """Delete a label's bytes; nothing where there is none."""
    if path:
        storages["private"].delete(path)


def _first_bytes(file: Any) -> bytes:
    start = bytes(file.read(16))
    file.seek(0)
    return start
