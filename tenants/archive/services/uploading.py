"""Archives that people bring from elsewhere, until a store was opened from them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.ids import new_token
from tenants.archive.errors import ArchiveNotFound, NoRoom
from tenants.archive.files import free_bytes
from tenants.archive.manifest import Manifest
from tenants.archive.reading import ArchiveReader
from tenants.archive.services.keeping import LEAST_FREE_BYTES

_TOKEN = re.compile(r"[0-9a-z]{26}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that one person brought; only its index has been looked at."""

    token: str
    path: Path
    manifest: Manifest


def keep_upload(*, user_id: int, chunks: Iterable[bytes], size: int) -> Upload:
    """Keep the file for its owner, who may have one at a time; one that is no archive is not kept.

    The sweeper removes it after some hours.
    Raises: NoRoom, ArchiveDamaged.
    """
    if free_bytes() - size < LEAST_FREE_BYTES:
        raise NoRoom(_("There is too little room on the disk for an archive. Nothing was changed."))
    token = new_token()
    path = _place(user_id, token)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with path.open("xb") as out:
            path.chmod(0o600)
            for chunk in chunks:
                out.write(chunk)
        upload = find_upload(user_id=user_id, token=token)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    for other in path.parent.glob(f"{user_id}-*"):
        if other != path:
            other.unlink(missing_ok=True)
    return upload


def find_upload(*, user_id: int, token: str) -> Upload:
    """Return what this person has brought.

    Raises: ArchiveNotFound, ArchiveDamaged.
    """
    path = _place(user_id, token)
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise ArchiveNotFound(_("This file is not here any more. Bring it once more; nothing was changed."))
    with ArchiveReader(path) as reader:
        return Upload(token, path, reader.manifest)


def forget_upload(*, user_id: int, token: str) -> None:
    """Remove the file: the store was opened from it."""
    if _TOKEN.fullmatch(token):
        _place(user_id, token).unlink(missing_ok=True)


def _place(user_id: int, token: str) -> Path:
    return Path(settings.ARCHIVE_ROOT) / "uploads" / f"{user_id}-{token}.shopstead"
