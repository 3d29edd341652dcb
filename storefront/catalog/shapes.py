"""3D models as they come from a merchant: checked byte by byte before anybody's browser reads them.

GLB is glTF 2.0's binary form: https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html#glb-file-format-specification
USDZ is a zip archive without compression: https://openusd.org/release/spec_usdz.html
"""

import io
import json
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from storefront.catalog.errors import ShapeRefused

MAXIMUM_BYTES = 15 * 1024 * 1024
HEAVY_BYTES = 5 * 1024 * 1024
MAXIMUM_JSON_BYTES = 2 * 1024 * 1024
MAXIMUM_NODES = 5_000
MAXIMUM_ELEMENTS = 4_000_000
MAXIMUM_TEXTURES = 32
MAXIMUM_TEXTURE_SIDE = 4096
MAXIMUM_ENTRIES = 200
_JSON_CHUNK, _BIN_CHUNK = 0x4E4F534A, 0x004E4942
# These need a decoder that browsers fetch from elsewhere, or name files outside.
_COMPRESSIONS = frozenset({"KHR_draco_mesh_compression", "KHR_texture_basisu", "EXT_meshopt_compression"})
_TEXTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_USD_FILES = frozenset({".usd", ".usda", ".usdc"})
_USDZ_FILES = _USD_FILES | {".png", ".jpg", ".jpeg"}
_COMPONENT_BYTES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_COMPONENTS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}


@dataclass(frozen=True, slots=True)
class Shape:
    """A file that was looked through; `is_heavy` when a phone would wait for it."""

    data: bytes
    ending: str

    @property
    def is_heavy(self) -> bool:
        return len(self.data) > HEAVY_BYTES


def read_glb(file: IO[bytes]) -> Shape:
    """Check a GLB: sizes, one scene's worth of parts that fit into it, pictures inside, nothing outside.

    Raises: ShapeRefused, with words that say how to export it instead.
    """
    data = _read(file)
    document, binary = _chunks(data)
    _check_document(document)
    _check_lists(document)
    _check_tree(document)
    views = _check_views(document, len(binary))
    _check_accessors(document, views)
    _check_textures(document, views, binary)
    return Shape(data, ".glb")


def read_usdz(file: IO[bytes]) -> Shape:
    """Check a USDZ: an archive without compression that holds a scene and its pictures alone.

    Raises: ShapeRefused.
    """
    data = _read(file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive, data)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
        raise ShapeRefused(_("This is not a USDZ file."), field="usdz") from error
    return Shape(data, ".usdz")


def _read(file: IO[bytes]) -> bytes:
    data = file.read(MAXIMUM_BYTES + 1)
    if len(data) > MAXIMUM_BYTES:
        raise ShapeRefused(
            _("This 3D file is larger than %(limit)s MB. Make its pictures smaller or leave parts out.")
            % {"limit": MAXIMUM_BYTES // (1024 * 1024)},
            field="model",
        )
    return data


def _chunks(data: bytes) -> tuple[dict[str, Any], bytes]:
    if len(data) < 20 or data[:4] != b"glTF":
        raise _refused(_("This is not a GLB file. Export the model as glTF Binary (.glb)."))
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise _refused(_("This GLB has version %(version)s. Export it as glTF 2.0.") % {"version": version})
    if length != len(data):
        raise _broken()
    found: dict[int, bytes] = {}
    place = 12
    while place < length:
        if place + 8 > length:
            raise _broken()
        size, kind = struct.unpack_from("<II", data, place)
        place += 8
        if size % 4 or size > length - place:
            raise _broken()
        if kind == _JSON_CHUNK and size > MAXIMUM_JSON_BYTES:
            raise _refused(_("This model is described in more than 2 MB of text. Join its parts before you export it."))
        if (not found and kind != _JSON_CHUNK) or kind in found:
            raise _broken()
        found[kind] = data[place : place + size]
        place += size
    return _parse(found[_JSON_CHUNK]), found.get(_BIN_CHUNK, b"")


def _parse(text: bytes) -> dict[str, Any]:
    try:
        document = json.loads(text.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _broken() from error
    if not isinstance(document, dict):
        raise _broken()
    return document


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_document(document: Mapping[str, Any]) -> None:
    asset = document.get("asset")
    if not isinstance(asset, dict) or not str(asset.get("version", "")).startswith("2."):
        raise _refused(_("This GLB does not say that it is glTF 2.0. Export it again."))
    named = [*_names(document, "extensionsUsed"), *_names(document, "extensionsRequired")]
    if any(name in _COMPRESSIONS for name in named):
        raise _refused(
            _("This model is compressed (%(names)s). Export it without compression.")
            % {"names": ", ".join(sorted(set(named) & _COMPRESSIONS))}
        )
    if any(key == "uri" for key in _keys(document)):
        raise _refused(_("This model names files outside of it. Export it with everything in one file."))


def _names(document: Mapping[str, Any], key: str) -> list[str]:
    names = document.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _broken()
    return names


def _keys(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _list(document: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    rows = document.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _broken()
    return rows


def _check_lists(document: Mapping[str, Any]) -> None:
    limits = {
        "nodes": MAXIMUM_NODES,
        "meshes": MAXIMUM_NODES,
        "materials": 500,
        "textures": 200,
        "images": MAXIMUM_TEXTURES,
        "animations": 200,
        "buffers": 1,
        "scenes": 20,
        "skins": 200,
    }
    for key, most in limits.items():
        if len(_list(document, key)) > most:
            raise _refused(
                _("This model has more than %(most)s %(what)s. Join its parts before you export it.")
                % {"most": most, "what": key}
            )
    if not _list(document, "meshes") or not _list(document, "scenes"):
        raise _refused(_("There is nothing to see in this model. Export it with its meshes."))


def _check_tree(document: Mapping[str, Any]) -> None:
    """Refuse nodes that hold themselves: a browser would walk them for ever."""
    nodes = _list(document, "nodes")
    parents = [0] * len(nodes)
    for node in nodes:
        for child in _indices(node.get("children", []), len(nodes)):
            parents[child] += 1
            if parents[child] > 1:
                raise _broken()
    free = [index for index, count in enumerate(parents) if count == 0]
    seen = 0
    while free:
        index = free.pop()
        seen += 1
        free.extend(_indices(nodes[index].get("children", []), len(nodes)))
    if seen != len(nodes):
        raise _broken()
    for scene in _list(document, "scenes"):
        _indices(scene.get("nodes", []), len(nodes))


def _indices(value: Any, below: int) -> list[int]:
    if not isinstance(value, list):
        raise _broken()
    return [_whole(one, most=below - 1) for one in value]


def _whole(value: Any, *, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise _broken()
    return value


def _check_views(document: Mapping[str, Any], binary_length: int) -> list[tuple[int, int]]:
    for buffer in _list(document, "buffers"):
        _whole(buffer.get("byteLength"), most=binary_length)
    views = []
    for row in _list(document, "bufferViews"):
        _whole(row.get("buffer"), most=0)
        start = _whole(row.get("byteOffset", 0), most=binary_length)
        views.append((start, _whole(row.get("byteLength"), most=binary_length - start)))
    return views


def _check_accessors(document: Mapping[str, Any], views: list[tuple[int, int]]) -> None:
    total = 0
    for row in _list(document, "accessors"):
        count = _whole(row.get("count"), most=MAXIMUM_ELEMENTS)
        total += count
        size = _COMPONENT_BYTES.get(row.get("componentType", 0), 0) * _COMPONENTS.get(str(row.get("type")), 0)
        if not size or total > MAXIMUM_ELEMENTS:
            raise _broken()
        if "bufferView" in row:
            _start, length = views[_whole(row["bufferView"], most=len(views) - 1)]
            if _whole(row.get("byteOffset", 0), most=length) + count * size > length:
                raise _broken()


def _check_textures(document: Mapping[str, Any], views: list[tuple[int, int]], binary: bytes) -> None:
    for row in _list(document, "images"):
        form = _TEXTURES.get(str(row.get("mimeType")))
        if form is None:
            raise _refused(_("A picture in this model is not PNG, JPEG or WebP. Export it with one of these."))
        start, length = views[_whole(row.get("bufferView"), most=len(views) - 1)]
        _check_texture(binary[start : start + length], form)


def _check_texture(data: bytes, form: str) -> None:
    try:
        with Image.open(io.BytesIO(data), formats=(form,)) as opened:
            width, height = opened.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise _broken() from error
    if max(width, height) > MAXIMUM_TEXTURE_SIDE:
        raise _refused(
            _("A picture in this model is longer than %(most)s pixels on one side. Save it smaller.")
            % {"most": MAXIMUM_TEXTURE_SIDE}
        )


def _check_archive(archive: zipfile.ZipFile, data: bytes) -> None:
    entries = archive.infolist()
    if not entries or PurePosixPath(entries[0].filename).suffix.lower() not in _USD_FILES:
        raise ShapeRefused(_("This USDZ does not begin with a scene. Export it again."), field="usdz")
    if len(entries) > MAXIMUM_ENTRIES:
        raise ShapeRefused(_("This USDZ holds more than 200 files. Export it again."), field="usdz")
    names = set()
    for entry in entries:
        name = PurePosixPath(entry.filename)
        is_safe = not name.is_absolute() and ".." not in name.parts and "\\" not in entry.filename
        if not is_safe or entry.is_dir() or entry.filename in names or name.suffix.lower() not in _USDZ_FILES:
            raise ShapeRefused(_("This USDZ holds files that do not belong there."), field="usdz")
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 or entry.compress_size != entry.file_size:
            raise ShapeRefused(_("A USDZ must be stored without compression. Export it again."), field="usdz")
        if entry.file_size > len(data):
            raise ShapeRefused(_("This is not a USDZ file."), field="usdz")
        names.add(entry.filename)
        content = archive.read(entry)
        if name.suffix.lower() == ".usda" and b"://" in content:
            raise ShapeRefused(
                _("This model names files outside of it. Export it with everything in one file."), field="usdz"
            )
        if name.suffix.lower() in (".png", ".jpg", ".jpeg"):
            _check_usdz_texture(content, "PNG" if name.suffix.lower() == ".png" else "JPEG")


def _check_usdz_texture(content: bytes, form: str) -> None:
    try:
        _check_texture(content, form)
    except ShapeRefused as error:
        raise ShapeRefused(str(error), field="usdz") from error


def _broken() -> ShapeRefused:
    return _refused(_("This GLB is damaged or was cut short. Export it again."))


def _refused(words: Any) -> ShapeRefused:
    return ShapeRefused(words, field="model")
