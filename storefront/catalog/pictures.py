"""From an uploaded file to pictures a browser likes: really decoded, upright, without hidden data, as AVIF and WebP.

A file's header is read before anything of it is decoded; a JPEG is decoded at the size that is needed, never at its own.
"""

import io
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from storefront.catalog.errors import PictureRefused

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
WIDTHS = (400, 800, 1600)
NAMED_WIDTH = 800
# Smaller for the same look: compared side by side on photographs, flat drawings and pictures with text.
QUALITY = {"webp": 80, "avif": 58}
MASTER_QUALITY = 94
# A JPEG can be decoded at an eighth; of everything else each pixel has to be held in memory.
MAXIMUM_PIXELS = 24_000_000
MAXIMUM_JPEG_PIXELS = 100_000_000
MAXIMUM_SIDE = 16_000
TURNED = (5, 6, 7, 8)  # orientations of EXIF that swap width and height
MAXIMUM_PROFILE_BYTES = 1024 * 1024
_BROKEN = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    MemoryError,
)


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """WebP files by the width they are named after; `width` and `height` are those of the widest, in pixels."""

    width: int
    height: int
    files: dict[int, bytes]


def encode_picture(file: IO[bytes]) -> EncodedPicture:
    """Decode an upload and encode it at once in the widths that a page offers; never larger than it came.

    Raises: PictureRefused, with words that say what to send instead.
    """
    image = read_picture(file)
    files = {width: encode(image, width=width, form="webp") for width in widths_for(image.width)}
    return EncodedPicture(width=image.width, height=image.height, files=files)


def read_picture(file: IO[bytes]) -> Image.Image:
    """Decode an upload: upright, in sRGB, at most 1600 wide, without anything but its pixels.

    Raises: PictureRefused, with words that say what to send instead.
    """
    data = file.read(settings.MAX_IMAGE_BYTES + 1)
    if len(data) > settings.MAX_IMAGE_BYTES:
        limit = settings.MAX_IMAGE_BYTES // (1024 * 1024)
        raise PictureRefused(
            _("This picture is larger than %(limit)s MB. Save it smaller.") % {"limit": limit}, field="picture"
        )
    return _decode(data)


def read_master(data: bytes) -> Image.Image:
    """Decode a picture that was kept by `encode_master`."""
    with Image.open(io.BytesIO(data), formats=("WEBP",)) as opened:
        opened.load()
        return _plain(opened)


def encode_master(image: Image.Image) -> bytes:
    """Encode the picture all others are made from, as good as new."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=MASTER_QUALITY, method=1)
    return buffer.getvalue()


def encode(image: Image.Image, *, width: int, form: str, is_quick: bool = False) -> bytes:
    """Encode a picture as `webp` or `avif`, at most so many pixels wide."""
    if image.width > width:
        image = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    if form == "avif":
        image.save(buffer, "AVIF", quality=QUALITY["avif"], speed=7, max_threads=1)
    else:
        image.save(buffer, "WEBP", quality=QUALITY["webp"], method=0 if is_quick else 4)
    return buffer.getvalue()


def widths_for(width: int) -> list[int]:
    """Return the widths that files of a picture this wide are named after."""
    return [each for each in WIDTHS if each <= NAMED_WIDTH or width > NAMED_WIDTH]


def _decode(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _check_size(opened)
            opened.load()
            profile = opened.info.get("icc_profile")
            upright = ImageOps.exif_transpose(opened)
            if upright.width > WIDTHS[-1]:
                upright = _shrink(upright)
            return _plain(_in_srgb(upright, profile))
    except _BROKEN as error:
        raise PictureRefused(
            _("This file is not a picture we can read. Send a JPEG, PNG, WebP, GIF or AVIF."), field="picture"
        ) from error


def _check_size(opened: Image.Image) -> None:
    """Refuse what would cost too much memory; a JPEG is asked to come at a half, a quarter or an eighth of its size."""
    most = MAXIMUM_PIXELS
    if opened.format == "JPEG" and not opened.info.get("progressive"):
        is_turned = opened.getexif().get(ExifTags.Base.Orientation, 1) in TURNED
        scale = (opened.height if is_turned else opened.width) // WIDTHS[-1]
        if opened.width * opened.height > MAXIMUM_JPEG_PIXELS:
            most = MAXIMUM_JPEG_PIXELS
        elif scale > 1:
            opened.draft("RGB", (opened.width // scale, opened.height // scale))
    if opened.width * opened.height > most:
        raise PictureRefused(
            _("This picture has more than %(most)s million pixels. Save it smaller.") % {"most": most // 1_000_000},
            field="picture",
        )
    if max(opened.size) > MAXIMUM_SIDE:
        raise PictureRefused(
            _("This picture is longer than %(most)s pixels on one side. Save it smaller.") % {"most": MAXIMUM_SIDE},
            field="picture",
        )


def _shrink(image: Image.Image) -> Image.Image:
    if image.mode not in ("RGB", "RGBA", "L", "CMYK"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    height = max(1, round(image.height * WIDTHS[-1] / image.width))
    return image.resize((WIDTHS[-1], height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Return the picture in the colors of the web; a profile that cannot be read is left away."""
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    if isinstance(profile, bytes) and len(profile) <= MAXIMUM_PROFILE_BYTES and image.mode in ("RGB", "RGBA", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = "RGB" if image.mode == "CMYK" else image.mode
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            image = turned or image
    return image.convert(wanted)


def _plain(image: Image.Image) -> Image.Image:
    """Return the pixels alone: what else a file told stays behind."""
    plain = image if image.mode in ("RGB", "RGBA") else image.convert("RGB")
    plain = plain.copy()
    plain.info = {}
    return plain
