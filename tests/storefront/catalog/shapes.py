"""GLB and USDZ files made byte by byte, right ones and ones with a single thing wrong."""

import io
import json
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

from PIL import Image

TRIANGLE = struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0)


def png(width: int = 8, height: int = 8) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#2f5b4e").save(file, "PNG")
    return file.getvalue()


def document(**changes: Any) -> dict[str, Any]:
    """Return the JSON of one triangle, with parts of it replaced; None takes a part away."""
    whole: dict[str, Any] = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
        "bufferViews": [{"buffer": 0, "byteLength": len(TRIANGLE)}],
        "buffers": [{"byteLength": len(TRIANGLE)}],
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def glb(
    parts: Mapping[str, Any] | bytes | None = None,
    *,
    binary: bytes = TRIANGLE,
    magic: bytes = b"glTF",
    version: int = 2,
    extra_length: int = 0,
    kinds: tuple[int, int] = (0x4E4F534A, 0x004E4942),
) -> bytes:
    text = parts if isinstance(parts, bytes) else json.dumps(parts or document()).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    chunks = struct.pack("<II", len(text), kinds[0]) + text + struct.pack("<II", len(binary), kinds[1]) + binary
    return magic + struct.pack("<II", version, 12 + len(chunks) + extra_length) + chunks


def with_texture(data: bytes, form: str = "image/png", **row: Any) -> bytes:
    """Return a GLB whose picture is these bytes."""
    binary = TRIANGLE + data
    return glb(
        document(
            images=[{"bufferView": 1, "mimeType": form, **row}],
            bufferViews=[
                {"buffer": 0, "byteLength": len(TRIANGLE)},
                {"buffer": 0, "byteOffset": len(TRIANGLE), "byteLength": len(data)},
            ],
            buffers=[{"byteLength": len(binary)}],
        ),
        binary=binary,
    )


def usdz(files: Mapping[str, bytes] | None = None, *, compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in (files or {"scene.usda": b"#usda 1.0\n", "0/wood.png": png()}).items():
            archive.writestr(name, data)
    return file.getvalue()
