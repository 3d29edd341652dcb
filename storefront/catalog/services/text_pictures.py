"""Pictures that stand inside a text."""

from dataclasses import dataclass
from typing import IO

from storefront.catalog.jinja import image_url
from storefront.catalog.pictures import NAMED_WIDTH
from storefront.catalog.services.pictures import store_picture
from storefront.catalog.services.text import TEXT_PICTURES


@dataclass(frozen=True, slots=True)
class TextPicture:
    """A picture as a text names it: its address in the store, and the size that it takes."""

    src: str
    width: int
    height: int


def keep_text_picture(file: IO[bytes]) -> TextPicture:
    """Check a picture, keep its files, and return what an editor writes into its text.

    Raises: PictureRefused, StorageFull; nothing is stored then.
    """
    path, width, height = store_picture(file, folder=TEXT_PICTURES)
    shown = min(width, NAMED_WIDTH)
    return TextPicture(image_url(path), shown, max(1, round(height * shown / width)))
