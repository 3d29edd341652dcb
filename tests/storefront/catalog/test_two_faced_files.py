"""Pictures that are something else as well: what is kept is made anew from their pixels, and holds nothing of the other face."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from storefront.catalog.services import add_image
from tests.storefront.catalog.making import MADE_AT, make_product

ROOT = Path(__file__).resolve().parents[3]
MARK = b"__pwned(1)"
SCRIPT = b"<script>" + MARK + b"</script>"
MOST_MORE_MB = 120


def archive() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("Applet.class", MARK)
    return data.getvalue()


def png(mode: str = "RGB", *, text: bytes = b"", **more: object) -> bytes:
    data, info = io.BytesIO(), PngImagePlugin.PngInfo()
    if text:
        info.add_text("Comment", text.decode(), zip=False)
        info.add_itxt("XML:com.adobe.xmp", text.decode())
    Image.new(mode, (64, 48)).save(data, "PNG", pnginfo=info, **more)
    return data.getvalue()


def saved(form: str, mode: str = "RGB", **more: object) -> bytes:
    data = io.BytesIO()
    Image.new(mode, (64, 48)).save(data, form, **more)
    return data.getvalue()


def animated(form: str, frames: int) -> bytes:
    data = io.BytesIO()
    first, *others = (Image.new("RGB", (32, 32), (number % 256, 0, 0)) for number in range(frames))
    first.save(data, form, save_all=True, append_images=others, duration=10)
    return data.getvalue()


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif(text: bytes) -> Image.Exif:
    told = Image.Exif()
    told[0x010E], told[0x9286] = text.decode(), text
    told.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 12.0)})
    return told


TAKEN: dict[str, Callable[[], bytes]] = {
    "GIF and Java archive": lambda: saved("GIF") + archive(),
    "JPEG and archive": lambda: saved("JPEG") + archive(),
    "PNG and archive": lambda: png() + archive(),
    "WebP and archive": lambda: saved("WEBP") + archive(),
    "JPEG with a page in its comment": lambda: saved("JPEG", comment=SCRIPT),
    "JPEG with a page in its EXIF": lambda: saved("JPEG", exif=exif(SCRIPT)),
    "JPEG with a place in its EXIF": lambda: saved("JPEG", exif=exif(b"at home")),
    "JPEG with a page in its XMP": lambda: saved("JPEG", xmp=SCRIPT),
    "JPEG and PDF with a script": lambda: (
        saved("JPEG") + b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(" + MARK + b")>>endobj\n%%EOF"
    ),
    "JPEG and PHP": lambda: saved("JPEG") + b"<?php " + MARK + b"; ?>",
    "PNG and page": lambda: png() + b"<!doctype html>" + SCRIPT,
    "PNG with a page in its texts": lambda: png(text=SCRIPT),
    "WebP with a page in its XMP": lambda: saved("WEBP", xmp=SCRIPT),
    "WebP with a page in its EXIF": lambda: saved("WEBP", exif=exif(SCRIPT)),
    "AVIF with a page in its EXIF": lambda: saved("AVIF", exif=exif(SCRIPT)),
    "GIF with a page in its comment": lambda: saved("GIF", comment=SCRIPT),
    "PNG with a broken profile": lambda: png(icc_profile=b"\x00\x00\x10\x00" + SCRIPT),
    "JPEG with a cut profile": lambda: saved("JPEG", icc_profile=profile()[:100] + SCRIPT),
    "JPEG with a profile of two megabytes": lambda: saved("JPEG", icc_profile=profile() + SCRIPT * 60_000),
    "JPEG in CMYK": lambda: saved("JPEG", "CMYK", comment=SCRIPT),
    "JPEG in CMYK with the profile of another space": lambda: saved("JPEG", "CMYK", icc_profile=profile() + SCRIPT),
    "JPEG in gray": lambda: saved("JPEG", "L", comment=SCRIPT),
    "PNG of 16 bits": lambda: png("I;16", text=SCRIPT),
    "PNG of one bit": lambda: png("1", text=SCRIPT),
    "PNG of a palette": lambda: png("P", text=SCRIPT),
    "PNG of gray and alpha": lambda: png("LA", text=SCRIPT),
    "GIF of two thousand frames": lambda: animated("GIF", 2000) + SCRIPT,
    "WebP of three hundred frames": lambda: animated("WEBP", 300) + SCRIPT,
    "PNG of three hundred frames": lambda: animated("PNG", 300) + SCRIPT,
}


@pytest.mark.usefixtures("in_acme")
@pytest.mark.parametrize("name", TAKEN)
def test_what_is_kept_of_a_picture_with_two_faces_is_a_picture_alone(name: str, media_root: Path) -> None:
    add_image(product_id=make_product().pk, file=io.BytesIO(TAKEN[name]()), alt="", now=MADE_AT)
    kept = [file for file in media_root.parent.rglob("*") if file.is_file()]
    assert kept
    for file in kept:
        content = file.read_bytes()
        assert (content[:4], content[8:12]) == (b"RIFF", b"WEBP") or content[4:12] == b"ftypavif"
        for foreign in (MARK, b"at home", b"PK\x03\x04", b"%PDF", b"<?php", b"EXIF", b"XMP ", b"ICCP", b"ANIM"):
            assert foreign not in content


def test_the_other_face_was_there() -> None:
    """The control of the files; what PNG packs is found unpacked."""
    faces = (MARK, b"at home", b"Applet.class")
    made = {name: make() for name, make in TAKEN.items() if name != "PNG with a broken profile"}
    assert [name for name, data in made.items() if not any(face in data for face in faces)] == []


MEASURE = """
import io, json, resource, sys
import django
django.setup()
from storefront.catalog.errors import PictureRefused
from storefront.catalog.pictures import encode_picture
from tests.storefront.catalog.test_hostile_files import PICTURES
from tests.storefront.catalog.test_two_faced_files import TAKEN
from tests.storefront.catalog.making import picture_file
made = {name: make() for name, make in [*PICTURES.items(), *TAKEN.items()]}
encode_picture(picture_file(1600, 1600))
before, refused = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
for data in made.values():
    try:
        encode_picture(io.BytesIO(data))
    except PictureRefused:
        refused += 1
unit = 1 if sys.platform != "darwin" else 1024
print(json.dumps([(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024 // unit, refused, len(made)]))
"""


def test_all_of_them_in_one_process_cost_little_memory() -> None:
    """The floods promise up to four billion pixels; a process of its own says what it really held."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shopstead.settings.test",
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
    }
    told = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    more_mb, refused, count = json.loads(told.stdout.splitlines()[-1])
    assert more_mb < MOST_MORE_MB
    assert (refused, count) == (count - len(TAKEN), count)
    assert count >= 60
