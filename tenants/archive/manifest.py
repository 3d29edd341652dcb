"""What an archive says of itself, and how little of it is believed.

The file is a tar of regular members: `tables/{table}.copy.gz` (PostgreSQL's text COPY), `public/{name}.jsonl.gz`, `media/…` and
`private/…` as they lie on disk, and last `manifest.json`. Sizes and SHA-256 are those of the content before compression.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tenants.archive.errors import ArchiveDamaged, StoreNotArchivable

FORMAT = 1
MANIFEST = "manifest.json"
MAXIMUM_MANIFEST_BYTES = 64 * 1024 * 1024
MAXIMUM_MEMBERS = 1_000_000

_WORD = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FOLDERS = ("media", "private")


@dataclass(frozen=True, slots=True)
class Member:
    """One part of the archive. `rows` and `columns` are for tables and public rows."""

    name: str
    size: int
    sha256: str
    rows: int = 0
    columns: tuple[str, ...] = ()

    @property
    def table(self) -> str | None:
        """Return the table whose rows these are, or None."""
        folder, _slash, rest = self.name.partition("/")
        return rest.removesuffix(".copy.gz") if folder == "tables" else None

    @property
    def is_file(self) -> bool:
        return self.name.startswith(("media/", "private/"))

    @property
    def is_compressed(self) -> bool:
        return not self.is_file


@dataclass(frozen=True, slots=True)
class Manifest:
    """The archive's table of contents. `store` holds the store's facts, `migrations` (app, name) of its schema."""

    made_at: str
    version: str
    installation: str
    lineage: str
    store: dict[str, Any]
    migrations: list[tuple[str, str]]
    members: list[Member]
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        """Return what is written into the archive.

        Raises: StoreNotArchivable where it would be longer than what is read back.
        """
        raw = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()
        if len(raw) > MAXIMUM_MANIFEST_BYTES or len(self.members) > MAXIMUM_MEMBERS:
            raise StoreNotArchivable(_("This store has more files than one archive can list."))
        return raw

    def tables(self) -> list[Member]:
        return [member for member in self.members if member.table]

    def files(self) -> list[Member]:
        return [member for member in self.members if member.is_file]

    @property
    def rows_count(self) -> int:
        return sum(member.rows for member in self.members if member.table)


def parse_manifest(raw: bytes) -> Manifest:
    """Read a manifest, taking nothing for granted.

    Raises: ArchiveDamaged.
    """
    try:
        found = json.loads(raw)
        if found.get("format") != FORMAT:
            raise ArchiveDamaged(
                _("This archive has the format %(format)s; this version of Shopstead reads format %(ours)s.")
                % {"format": str(found.get("format"))[:20], "ours": FORMAT}
            )
        manifest = Manifest(
            made_at=_moment(found["made_at"]),
            version=_text(found["version"], 40),
            installation=_text(found["installation"], 80),
            lineage=str(UUID(_text(found["lineage"], 40))),
            store=_facts(found["store"]),
            migrations=[(_text(app, 100), _text(name, 200)) for app, name in found["migrations"]],
            members=[_member(member) for member in found["members"]],
            sequences={
                _sequence(key): (_count(value[0]), value[1] is True) for key, value in found["sequences"].items()
            },
            left_out={_text(key, 200): _text(value, 400) for key, value in found["left_out"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ArchiveDamaged(_("The archive's table of contents cannot be read. Nothing was changed.")) from error
    names = [member.name for member in manifest.members]
    if len(set(names)) != len(names) or len(names) > MAXIMUM_MEMBERS:
        raise ArchiveDamaged(_("The archive lists a part twice, or too many. Nothing was changed."))
    return manifest


def check_name(name: str) -> str:
    """Return the member's name if it can do no harm.

    Raises: ArchiveDamaged for absolute paths, climbing, odd characters and folders that no archive has.
    """
    parts = name.split("/")
    harmless = (
        len(name.encode()) <= 1000
        and len(parts) >= 2
        and all(part not in ("", ".", "..") and len(part.encode()) <= 255 for part in parts)
        and "\\" not in name
        and name.isprintable()
    )
    if harmless and parts[0] in _FOLDERS:
        return name
    suffix = {"tables": ".copy.gz", "public": ".jsonl.gz"}.get(parts[0], "")
    is_ours = bool(suffix) and len(parts) == 2 and parts[1].endswith(suffix)
    if harmless and is_ours and _WORD.fullmatch(parts[1].removesuffix(suffix)):
        return name
    raise ArchiveDamaged(_("The archive holds a part with a forbidden name. Nothing was changed."))


def _member(found: Mapping[str, Any]) -> Member:
    columns = tuple(found["columns"])
    if not _HASH.fullmatch(found["sha256"]) or not all(_WORD.fullmatch(column) for column in columns):
        raise ValueError
    return Member(
        name=check_name(found["name"]),
        size=_count(found["size"]),
        sha256=found["sha256"],
        rows=_count(found["rows"]),
        columns=columns,
    )


def _sequence(key: str) -> str:
    table, column = key.split(".")
    if not _WORD.fullmatch(table) or not _WORD.fullmatch(column):
        raise ValueError
    return key


def _facts(found: Mapping[str, Any]) -> dict[str, Any]:
    if not all(isinstance(value, str | int | bool | None) for value in found.values()) or len(found) > 50:
        raise ValueError
    return dict(found)


def _moment(value: Any) -> str:
    if datetime.fromisoformat(_text(value, 40)).tzinfo is None:
        raise ValueError
    return str(value)


def _text(value: Any, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise ValueError
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError
    return value
