"""The folders of a store's files, outside any request: listed, written, removed."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from core.handling import leftover_folders
from tenants.archive.errors import ArchiveDamaged

ROOTS = {"media": "MEDIA_ROOT", "private": "PRIVATE_ROOT"}


def folder(kind: str, schema_name: str) -> Path:
    """Return the store's folder; `kind` is media or private."""
    return Path(getattr(settings, ROOTS[kind])) / schema_name


def list_files(schema_name: str) -> Iterator[tuple[str, Path]]:
    """Yield (member name, path) of each file that an archive holds, in order; links are not followed and not held."""
    for kind in ROOTS:
        root = folder(kind, schema_name)
        skipped = leftover_folders() if kind == "private" else frozenset()
        for where, folders, names in os.walk(root, followlinks=False):
            if Path(where) == root:
                folders[:] = [name for name in folders if name not in skipped]
            folders[:] = sorted(name for name in folders if not (Path(where) / name).is_symlink())
            for name in sorted(names):
                path = Path(where) / name
                if path.is_file() and not path.is_symlink():
                    yield f"{kind}/{path.relative_to(root).as_posix()}", path


def place_of(member: str, schema_name: str) -> Path:
    """Return where a member's file belongs, inside the store's folder and nowhere else.

    Raises: ArchiveDamaged.
    """
    kind, _slash, rest = member.partition("/")
    root = folder(kind, schema_name)
    path = Path(os.path.normpath(root / rest))
    if not path.is_relative_to(root) or path == root:
        raise ArchiveDamaged(_("The archive holds a part with a forbidden name. Nothing was changed."))
    return path


def remove_folders(schema_name: str) -> int:
    """Remove the store's files and return how many there were."""
    count = 0
    for kind in ROOTS:
        root = folder(kind, schema_name)
        count += sum(len(names) for _where, _folders, names in os.walk(root))
        if root.exists():
            shutil.rmtree(root)
    return count


def remove_archives(lineage: UUID) -> int:
    """Remove the kept archives of a store and return how many there were."""
    place = Path(settings.ARCHIVE_ROOT) / lineage.hex
    count = len(list(place.glob("*.shopstead")))
    if place.exists():
        shutil.rmtree(place)
    return count


def free_bytes() -> int:
    """Return how much room there is where files go."""
    place = Path(settings.MEDIA_ROOT)
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
