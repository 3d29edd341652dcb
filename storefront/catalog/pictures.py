"""From an uploaded file to pictures a browser likes: really decoded, upright, without hidden data, as WebP."""

import io
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from storefront.catalog.errors import PictureRefused

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
WIDTHS = (400, 800, 1600)
NAMED_WIDTH = 800
QUALITY = 80
MAXIMUM_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """WebP files by the width they are named after; `width` and `height` are those of the widest, in pixels."""

    width: int
    height: int
    files: dict[int, bytes]


def encode_picture(file: IO[bytes]) -> EncodedPicture:
    """Decode an upload and encode it in the widths that a page offers; never larger than it came.

    Raises: PictureRefused, with words that say what to send instead.
    """
    data = file.read(settings.MAX_IMAGE_BYTES + 1)
    if len(data) > settings.MAX_IMAGE_BYTES:
        limit = settings.MAX_IMAGE_BYTES // (1024 * 1024)
        raise PictureRefused(
            _("This picture is larger than %(limit)s MB. Save it smaller.") % {"limit": limit}, field="picture"
        )
    image = _decode(data)
    files = {width: _encode(image, width) for width in WIDTHS if width <= NAMED_WIDTH or image.width > NAMED_WIDTH}
    scale = min(1.0, WIDTHS[-1] / image.width)
    return EncodedPicture(width=round(image.width * scale), height=max(1, round(image.height * scale)), files=files)


def _decode(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAXIMUM_PIXELS:
                raise PictureRefused(
                    _("This picture has more than 50 million pixels. Save it smaller."), field="picture"
                )
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise PictureRefused(
            _("This file is not a picture we can read. Send a JPEG, PNG, WebP, GIF or AVIF."), field="picture"
        ) from error


def _encode(image: Image.Image, width: int) -> bytes:
    if image.width > width:
        image = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()
