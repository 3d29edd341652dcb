"""Keep a store's files inside its plan."""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.clock import utc_now
from core.tenancy import in_public
from integrations.storage.events import FilesChanged
from tenants.fleet.errors import StorageFull
from tenants.fleet.models import StorageUse
from tenants.fleet.selectors import count_stored_bytes
from tenants.models import Tenant
from tenants.selectors import get_limit

STORAGE = "storage_gb"
GIGABYTE = 1024**3

ADD = """
    INSERT INTO fleet_storageuse (schema_name, bytes_count) VALUES (%s, greatest(0, %s))
    ON CONFLICT (schema_name) DO UPDATE SET bytes_count = greatest(0, fleet_storageuse.bytes_count + %s)
"""


def require_room(*, tenant: Tenant, bytes_count: int) -> None:
    """Let a file of this size be kept.

    Raises: StorageFull; nothing was stored then.
    """
    most = get_limit(tenant=tenant, key=STORAGE, now=utc_now())
    if most is None:
        return
    used = count_stored_bytes(tenant.schema_name)
    if used + bytes_count > most * GIGABYTE:
        raise StorageFull(
            _(
                "Your plan keeps %(most)s GB of files and %(used)s GB are in use, so this file was not taken. "
                "Nothing else was changed. Delete pictures you no longer need, or choose a larger plan under Settings."
            )
            % {"most": most, "used": f"{used / GIGABYTE:.1f}"}
        )


def count_files(event: FilesChanged) -> None:
    """Add what came, take away what went: one statement, in the transaction of the change."""
    with in_public(), connection.cursor() as cursor:
        cursor.execute(ADD, [event.schema_name, event.bytes_count, event.bytes_count])


def recount_files(*, tenant: Tenant, now: datetime) -> int:
    """Count the bytes of the store's folders anew and return them: a rolled-back change leaves its file behind."""
    total = sum(
        _size_of(Path(root) / name)
        for base in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT)
        for root, _folders, names in os.walk(Path(base) / tenant.schema_name)
        for name in names
    )
    with in_public():
        StorageUse.objects.update_or_create(
            schema_name=tenant.schema_name, defaults={"bytes_count": total, "counted_at": now}
        )
    return total


def _size_of(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0
