"""What a file's rows say of a product's pictures, videos and 3D models."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from core.errors import InvalidInput
from storefront.catalog.bulk import ImageRow
from storefront.catalog.videos import read_video_address
from storefront.transfer.cells import CellProblem, read_text, read_whole
from storefront.transfer.columns import ColumnMap
from storefront.transfer.files import Row


def read_image(columns: ColumnMap, row: Row, *, title: str) -> ImageRow | None:
    """Return what a row adds to the gallery; `title` is the product's, for a video or model that says nothing itself.

    Raises: CellProblem.
    """
    url = read_url(columns.get(row.cells, "image_url"), column="image_url")
    video = _read_video(columns.get(row.cells, "video_url"))
    model, usdz = (read_url(columns.get(row.cells, name), column=name) for name in ("model_url", "usdz_url"))
    if not url:
        if video or model:
            column = "video_url" if video else "model_url"
            message = _("Name a picture in the same row: it stands there until somebody plays it.")
            raise CellProblem(column, columns.get(row.cells, column), message)
        return None
    if video and model:
        raise CellProblem("model_url", model, _("One row is a video or a 3D model, not both. Put them in two rows."))
    position = columns.get(row.cells, "image_position")
    alt = read_text(columns.get(row.cells, "image_alt"), column="image_alt", limit=500)
    return ImageRow(
        source_url=url,
        position=read_whole(position, column="image_position", lowest=0, highest=10_000) if position else 0,
        alt=alt or (title if video or model else ""),
        video_url=video,
        model_url=model,
        usdz_url=usdz,
    )


def read_url(url: str, *, column: str) -> str:
    """Return the address of a picture or another file; an empty cell is none.

    Raises: CellProblem.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise CellProblem(column, url, _("We can only fetch pictures from http and https addresses."))
    return read_text(url, column=column, limit=500)


def _read_video(text: str) -> str:
    if not text:
        return ""
    try:
        return read_video_address(text).address
    except InvalidInput as error:
        raise CellProblem("video_url", text, str(error)) from error
