"""Read an archive that may have been made by an enemy: own bounds on everything, and nothing is believed unchecked."""

import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from django.utils.translation import gettext as _

from tenants.archive.errors import ArchiveDamaged
from tenants.archive.manifest import (
    MANIFEST,
    MAXIMUM_MANIFEST_BYTES,
    MAXIMUM_MEMBERS,
    Manifest,
    Member,
    check_name,
    parse_manifest,
)
from tenants.archive.writing import BLOCK

_TAR_BLOCK = 512
# Of tar's many kinds: links, devices, folders and whatever else there is are none of ours.
PLAIN_FILES = (tarfile.REGTYPE,)
_MAXIMUM_NAME_BYTES = 4096
# Deflate cannot do better than this; what claims to is not compressed data of ours.
_MAXIMUM_RATIO = 1100


class ArchiveReader:
    """An opened archive whose index has been checked; `verify` checks the content.

    Raises on opening: ArchiveDamaged.
    """

    def __init__(self, source: Path) -> None:
        self.source = source
        self.manifest: Manifest
        self._file: BinaryIO
        self._places: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        try:
            self._file = self.source.open("rb")
        except OSError as error:
            raise ArchiveDamaged(
                _("“%(name)s” cannot be read: %(why)s.") % {"name": self.source.name, "why": error.strerror}
            ) from error
        try:
            self._read_index()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def verify(self, report: Callable[[int], None] = lambda _done: None) -> None:
        """Read everything once and compare it with the manifest; `report` gets the bytes read so far.

        Raises: ArchiveDamaged.
        """
        done = 0
        for member in self.manifest.members:
            digest, rows = hashlib.sha256(), 0
            for chunk in self.read(member):
                digest.update(chunk)
                rows += chunk.count(b"\n") if member.is_compressed else 0
                done += len(chunk)
                report(done)
            if digest.hexdigest() != member.sha256 or rows != member.rows:
                raise _damaged(member.name)

    def read(self, member: Member) -> Iterator[bytes]:
        """Yield the member's content in blocks; at the end it had exactly the size that the manifest says.

        Raises: ArchiveDamaged.
        """
        size = 0
        chunks = self._inflate(member) if member.is_compressed else self._stored(member.name)
        for chunk in chunks:
            size += len(chunk)
            if size > member.size:
                raise _damaged(member.name)
            yield chunk
        if size != member.size:
            raise _damaged(member.name)

    def _inflate(self, member: Member) -> Iterator[bytes]:
        inflate = zlib.decompressobj(wbits=31)
        try:
            for squeezed in self._stored(member.name):
                rest = squeezed
                while rest and not inflate.eof:
                    yield inflate.decompress(rest, BLOCK)
                    rest = inflate.unconsumed_tail
                if inflate.eof and (inflate.unused_data or rest):
                    raise _damaged(member.name)
            while not inflate.eof and (chunk := inflate.decompress(b"", BLOCK)):
                yield chunk
        except zlib.error as error:
            raise _damaged(member.name) from error
        if not inflate.eof:
            raise _damaged(member.name)

    def _stored(self, name: str) -> Iterator[bytes]:
        offset, left = self._places[name]
        self._file.seek(offset)
        while left:
            position = self._file.tell()
            chunk = self._file.read(min(BLOCK, left))
            if not chunk:
                raise _damaged(name)
            left -= len(chunk)
            yield chunk
            self._file.seek(position + len(chunk))

    def _read_index(self) -> None:
        whole = os.fstat(self._file.fileno()).st_size
        while (found := self._next_header(whole)) is not None:
            name, size = found
            if name in self._places or len(self._places) > MAXIMUM_MEMBERS:
                raise _damaged(name)
            if name != MANIFEST:
                check_name(name)
            self._places[name] = (self._file.tell(), size)
            self._file.seek(size + -size % _TAR_BLOCK, os.SEEK_CUR)
        if MANIFEST not in self._places or self._places[MANIFEST][1] > MAXIMUM_MANIFEST_BYTES:
            raise ArchiveDamaged(_("This is not an archive of a store. Nothing was changed."))
        self.manifest = parse_manifest(b"".join(self._stored(MANIFEST)))
        listed = {member.name: member for member in self.manifest.members}
        if {*listed, MANIFEST} != set(self._places):
            raise ArchiveDamaged(_("The archive's parts are not those of its list. Nothing was changed."))
        for name, member in listed.items():
            stored = self._places[name][1]
            limit = stored * _MAXIMUM_RATIO if member.is_compressed else stored
            if member.size > limit:
                raise _damaged(name)

    def _next_header(self, whole: int) -> tuple[str, int] | None:
        """Return the name and size of the next regular member; of tar's many kinds, only files and long names are known."""
        long_name = ""
        for _part in range(2):
            block = self._file.read(_TAR_BLOCK)
            if not block or block.count(0) == _TAR_BLOCK:
                return None
            try:
                info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
            except (tarfile.HeaderError, UnicodeDecodeError) as error:
                raise ArchiveDamaged(_("This is not an archive of a store. Nothing was changed.")) from error
            if info.size < 0 or self._file.tell() + info.size > whole:
                raise ArchiveDamaged(_("The archive ends in the middle. Nothing was changed."))
            if info.type in PLAIN_FILES:
                return long_name or info.name, info.size
            if info.type != tarfile.GNUTYPE_LONGNAME or long_name or info.size > _MAXIMUM_NAME_BYTES:
                break
            raw = self._file.read(info.size + -info.size % _TAR_BLOCK)[: info.size]
            long_name = raw.rstrip(b"\0").decode("utf-8", "replace")
        raise ArchiveDamaged(_("The archive holds something that is no plain file. Nothing was changed."))


def _damaged(name: str) -> ArchiveDamaged:
    return ArchiveDamaged(
        _("The part “%(name)s” of the archive is damaged. Nothing was changed.") % {"name": name[:80]}
    )
