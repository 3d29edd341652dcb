"""What must not come in: each file has one thing wrong, and is refused before it is decoded or kept."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import GifImagePlugin, ImageFile, WebPImagePlugin

from storefront.catalog import pictures
from storefront.catalog.errors import PictureRefused, ShapeRefused, VideoRefused
from storefront.catalog.models import ProductImage
from storefront.catalog.services import add_image, add_model
from storefront.catalog.shapes import MAXIMUM_BYTES, MAXIMUM_JSON_BYTES, read_glb, read_usdz
from storefront.catalog.videos import read_video_address
from tests.storefront.catalog.making import MADE_AT, make_product, picture_file
from tests.storefront.catalog.shapes import document, glb, png, usdz, with_texture

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def png_that_says(width: int, height: int, *, depth: int = 8, kind: int = 2) -> bytes:
    """Return a PNG of a few bytes whose header promises a picture of this size."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def png_with_a_text_bomb() -> bytes:
    bomb = b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000)
    chunk = struct.pack(">I", len(bomb)) + b"zTXt" + bomb + struct.pack(">I", zlib.crc32(b"zTXt" + bomb))
    good = png()
    return good[:33] + chunk + good[33:]


def jpeg(width: int = 64, height: int = 64, **options: object) -> bytes:
    return picture_file(width, height, **options).getvalue()  # type: ignore[arg-type]


def jpeg_that_says(width: int, height: int, *, progressive: bool = False) -> bytes:
    data = bytearray(jpeg(progressive=progressive))
    start = next(place for place in range(len(data)) if data[place : place + 2] in (b"\xff\xc0", b"\xff\xc2"))
    data[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def gif_that_says(width: int, height: int) -> bytes:
    data = bytearray(picture_file(8, 8, "GIF").getvalue())
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def webp_that_says(width: int, height: int) -> bytes:
    vp8x = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (width - 1).to_bytes(3, "little")
    vp8x += (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 4 + len(vp8x)) + b"WEBP" + vp8x


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", b"\0" * 10_000_000)
    return file.getvalue()


PICTURES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "words": lambda: b"not a picture",
    "SVG with a script": lambda: SVG,
    "SVG that says it is PNG": lambda: b"\x89PNG\r\n\x1a\n" + SVG,
    "SVG with entities": lambda: b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
    "HTML": lambda: b"<!doctype html><script>alert(1)</script>",
    "HTML in a GIF's clothes": lambda: b"GIF89a/*<script>alert(1)</script>*/=1;",
    "PHP": lambda: b"\xff\xd8\xff\xe0<?php system($_GET['c']); ?>",
    "PDF": lambda: b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj",
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9999 9999\n(/etc/passwd) run",
    "zip bomb": zip_bomb,
    "executable": lambda: b"\x7fELF" + b"\0" * 200,
    "BMP": lambda: picture_file(form="BMP").getvalue(),
    "TIFF": lambda: picture_file(form="TIFF").getvalue(),
    "ICO": lambda: picture_file(64, 64, form="ICO").getvalue(),
    "PNG cut short": lambda: png(400, 400)[:120],
    "JPEG cut short": lambda: jpeg(1000, 1000)[:900],
    "WebP cut short": lambda: picture_file(400, 400, "WEBP").getvalue()[:60],
    "AVIF cut short": lambda: picture_file(400, 400, "AVIF").getvalue()[:200],
    "GIF without a frame": lambda: picture_file(64, 64, "GIF").getvalue()[:20],
    "PNG of zeros": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    "PNG with a broken sum": lambda: png().replace(b"IHDR\0\0\0\x08", b"IHDR\0\0\0\x09"),
    "PNG flood": lambda: png_that_says(50_000, 50_000),
    "PNG flood of one line": lambda: png_that_says(2_000_000_000, 1),
    "PNG just too large": lambda: png_that_says(5_000, 4_801),
    "PNG too long": lambda: png_that_says(16_001, 10),
    "PNG of 16 bits that lies": lambda: png_that_says(4_000, 4_000, depth=16, kind=6),
    "PNG text bomb": png_with_a_text_bomb,
    "JPEG flood": lambda: jpeg_that_says(65_000, 65_000),
    "progressive JPEG flood": lambda: jpeg_that_says(8_000, 8_000, progressive=True),
    "JPEG long and not to be shrunk": lambda: jpeg_that_says(3_100, 16_000),
    "GIF flood": lambda: gif_that_says(60_000, 60_000),
    "WebP flood": lambda: webp_that_says(16_000, 16_000),
    "GLB": glb,
}


@pytest.mark.usefixtures("in_acme")
@pytest.mark.parametrize("name", PICTURES)
def test_a_hostile_picture_is_refused_in_words_and_nothing_is_kept(name: str, media_root: Path) -> None:
    product = make_product()
    with pytest.raises(PictureRefused) as caught:
        add_image(product_id=product.pk, file=io.BytesIO(PICTURES[name]()), alt="", now=MADE_AT)
    assert caught.value.field == "picture"
    assert [file for file in media_root.parent.rglob("*") if file.is_file()] == []
    assert ProductImage.objects.count() == 0


@pytest.mark.parametrize("name", [name for name in PICTURES if "flood" in name or "too l" in name or "shrunk" in name])
def test_a_flood_is_refused_by_its_header_before_a_pixel_is_decoded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = PICTURES[name]()

    def never(*_args: object, **_more: object) -> None:
        raise AssertionError("decoded")

    for plugin in (ImageFile.ImageFile, GifImagePlugin.GifImageFile, WebPImagePlugin.WebPImageFile):
        monkeypatch.setattr(plugin, "load", never)
    with pytest.raises(PictureRefused):
        pictures.read_picture(io.BytesIO(data))


def test_a_large_jpeg_is_decoded_at_the_size_that_is_needed() -> None:
    image = pictures.read_picture(picture_file(8000, 6000))
    assert image.size == (1600, 1200)


def nodes(*children: list[int]) -> list[dict[str, list[int]]]:
    return [{"children": each} if each else {} for each in children]


SHAPES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "words": lambda: b"a teapot, please, and quickly",
    "picture": png,
    "glTF as text": lambda: b'{"asset": {"version": "2.0"}}' + b" " * 40,
    "another magic": lambda: glb(magic=b"GLTF"),
    "version 1": lambda: glb(version=1),
    "length that lies low": lambda: glb(extra_length=-4),
    "length that lies high": lambda: glb(extra_length=4),
    "cut short": lambda: glb()[:-8],
    "one byte too many": lambda: glb() + b"\0",
    "chunk past the end": lambda: glb()[:12] + struct.pack("<II", 0xFFFFFFF0, 0x4E4F534A) + glb()[20:],
    "binary first": lambda: glb(kinds=(0x004E4942, 0x4E4F534A)),
    "two of JSON": lambda: glb(kinds=(0x4E4F534A, 0x4E4F534A)),
    "JSON that is none": lambda: glb(b"{asset:"),
    "JSON that is a list": lambda: glb(b"[1,2,3]"),
    "JSON of another encoding": lambda: glb('{"é": 1}'.encode("utf-16")),
    "JSON nested without end": lambda: glb(b'{"a":' * 100_000),
    "JSON with NaN": lambda: glb(b'{"asset": {"version": "2.0"}, "x": NaN}'),
    "JSON too large": lambda: glb(b'{"a":"' + b"x" * MAXIMUM_JSON_BYTES + b'"}'),
    "file too large": lambda: b"glTF" + b"\0" * MAXIMUM_BYTES,
    "no version": lambda: glb(document(asset={})),
    "nothing to see": lambda: glb(document(meshes=None)),
    "no scene": lambda: glb(document(scenes=[])),
    "buffer elsewhere": lambda: glb(document(buffers=[{"uri": "https://evil.example/a.bin", "byteLength": 36}])),
    "buffer as data": lambda: glb(document(buffers=[{"uri": "data:;base64,AA==", "byteLength": 1}])),
    "picture elsewhere": lambda: glb(document(images=[{"uri": "//evil.example/a.png"}])),
    "address in an extension": lambda: glb(document(extensions={"EXT_lights": {"deep": [{"uri": "a.hdr"}]}})),
    "two buffers": lambda: glb(document(buffers=[{"byteLength": 36}, {"byteLength": 36}])),
    "buffer larger than the file": lambda: glb(document(buffers=[{"byteLength": 10**9}])),
    "view past the end": lambda: glb(document(bufferViews=[{"buffer": 0, "byteOffset": 30, "byteLength": 36}])),
    "view below zero": lambda: glb(document(bufferViews=[{"buffer": 0, "byteOffset": -4, "byteLength": 36}])),
    "numbers without end": lambda: glb(document(accessors=[{"componentType": 5126, "count": 10**9, "type": "VEC3"}])),
    "numbers past the view": lambda: glb(
        document(accessors=[{"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"}])
    ),
    "numbers of no kind": lambda: glb(
        document(accessors=[{"bufferView": 0, "componentType": 1, "count": 3, "type": "VEC3"}])
    ),
    "count that is true": lambda: glb(
        document(accessors=[{"bufferView": 0, "componentType": 5126, "count": True, "type": "VEC3"}])
    ),
    "node in itself": lambda: glb(document(nodes=nodes([0]))),
    "nodes in a ring": lambda: glb(document(nodes=nodes([1], [2], [0]))),
    "node with two parents": lambda: glb(document(nodes=nodes([2], [2], []))),
    "child that is not there": lambda: glb(document(nodes=nodes([7]))),
    "nodes without end": lambda: glb(document(nodes=[{}] * 5001)),
    "lists that are words": lambda: glb(document(nodes="0123")),
    "Draco": lambda: glb(document(extensionsRequired=["KHR_draco_mesh_compression"])),
    "Basis": lambda: glb(document(extensionsUsed=["KHR_texture_basisu"])),
    "meshopt": lambda: glb(document(extensionsRequired=["EXT_meshopt_compression"])),
    "SVG inside": lambda: with_texture(SVG, "image/svg+xml"),
    "SVG that says it is PNG": lambda: with_texture(SVG),
    "picture flood inside": lambda: with_texture(png_that_says(30_000, 30_000)),
    "picture too large inside": lambda: with_texture(png_that_says(4097, 16)),
    "too many pictures": lambda: glb(document(images=[{"bufferView": 0, "mimeType": "image/png"}] * 33)),
}
ARCHIVES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "words": lambda: b"PK, but not really",
    "empty archive": lambda: usdz({"a": b""})[-22:],
    "compressed": lambda: usdz(compression=zipfile.ZIP_DEFLATED),
    "bomb": zip_bomb,
    "picture first": lambda: usdz({"0/wood.png": png(), "scene.usda": b"#usda 1.0\n"}),
    "way out": lambda: usdz({"scene.usda": b"#usda 1.0\n", "../../etc/cron.png": png()}),
    "from the root": lambda: usdz({"scene.usda": b"#usda 1.0\n", "/etc/wood.png": png()}),
    "way out on Windows": lambda: usdz({"scene.usda": b"#usda 1.0\n", "..\\wood.png": png()}),
    "script": lambda: usdz({"scene.usda": b"#usda 1.0\n", "run.js": b"alert(1)"}),
    "page": lambda: usdz({"scene.usda": b"#usda 1.0\n", "index.html": SVG}),
    "folder": lambda: usdz({"scene.usda": b"#usda 1.0\n", "folder/": b""}),
    "address": lambda: usdz({"scene.usda": b"#usda 1.0\ndef (references = @https://evil.example/a.usd@)"}),
    "flood": lambda: usdz({"scene.usda": b"#usda 1.0\n", "wood.png": png_that_says(30_000, 30_000)}),
    "HTML as picture": lambda: usdz({"scene.usda": b"#usda 1.0\n", "wood.jpg": SVG}),
    "files without end": lambda: usdz({"scene.usda": b"", **{f"{number}.usda": b"" for number in range(201)}}),
}
ADDRESSES = (
    "",
    "javascript:alert(1)//youtu.be/dQw4w9WgXcQ",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd.mp4",
    "https://evil.example/?v=dQw4w9WgXcQ",
    "https://www.youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com@evil.example/watch?v=dQw4w9WgXcQ",
    "https://youtu.be/../../../evil",
    'https://youtu.be/dQw4w9WgXcQ"onload=alert(1)',
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&x=\nSet-Cookie: a=b",
    "https://vimeo.com/123; frame-src *",
    "https://www.bilibili.com/video/av170001",
    "http://shop.example/film.mp4",
    "https://localhost/film.mp4",
    "https://shop.example/film.mp4.exe",
    "https://shop.example:99999/film.mp4",
    "https://[::1/film.mp4",
    "https://shоp.example/film.mp4",
    "https://shop.example/" + "a" * 500 + ".mp4",
)


@pytest.mark.parametrize("name", SHAPES)
def test_a_hostile_model_is_refused_in_words(name: str) -> None:
    with pytest.raises(ShapeRefused) as caught:
        read_glb(io.BytesIO(SHAPES[name]()))
    assert str(caught.value)


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_usdz_is_refused_in_words(name: str) -> None:
    with pytest.raises(ShapeRefused):
        read_usdz(io.BytesIO(ARCHIVES[name]()))


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hostile_address_of_a_video_is_refused(address: str) -> None:
    with pytest.raises(VideoRefused):
        read_video_address(address)


def test_what_is_right_comes_in() -> None:
    assert read_glb(io.BytesIO(glb())).ending == ".glb"
    assert read_glb(io.BytesIO(with_texture(png()))).is_heavy is False
    assert read_usdz(io.BytesIO(usdz())).ending == ".usdz"
    players = {
        "https://youtu.be/dQw4w9WgXcQ?si=abc": "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        "youtube.com/shorts/dQw4w9WgXcQ": "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        "https://vimeo.com/76979871": "https://player.vimeo.com/video/76979871",
        "https://www.bilibili.com/video/BV1GJ411x7h7/?p=1": "https://player.bilibili.com/player.html",
        "https://files.shop.example/film.mp4": "https://files.shop.example/film.mp4",
    }
    assert {text: read_video_address(text).player.split("?")[0] for text in players} == players


@pytest.mark.usefixtures("in_acme")
def test_a_good_model_with_a_bad_companion_leaves_no_file(media_root: Path) -> None:
    product = make_product()
    for usdz_file, poster in ((usdz({"a.js": b""}), picture_file()), (usdz(), io.BytesIO(SVG))):
        with pytest.raises((ShapeRefused, PictureRefused)):
            add_model(
                product_id=product.pk,
                glb=io.BytesIO(glb()),
                usdz=io.BytesIO(usdz_file),
                poster=poster,
                alt="A tent",
                now=MADE_AT,
            )
    assert [file for file in media_root.parent.rglob("*") if file.is_file()] == []
