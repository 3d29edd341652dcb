"""Photos of what comes back: decoded and encoded anew, in private storage, for the customer and the merchant alone."""

from collections.abc import Sequence
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.tenancy import after_commit, current_tenant
from storefront.catalog.pictures import encode_picture
from storefront.returns.errors import ReturnRefused
from storefront.returns.models import Return
from tenants.fleet.services.room import require_room

FOLDER = "return-photos"
MOST_PHOTOS = 4
Photo = dict[str, Any]


def keep_photos(files: Sequence[IO[bytes]]) -> list[Photo]:
    """Keep what was uploaded, with nothing of it but its pixels, and return {path, small, width, height} of each.

    Raises: ReturnRefused for a fifth, PictureRefused, StorageFull; nothing is kept then.
    """
    if len(files) > MOST_PHOTOS:
        raise ReturnRefused(_("A return has at most four photos."), field="photos")
    kept: list[Photo] = []
    try:
        kept.extend(_keep(file) for file in files)
    except Exception:
        drop_photos(kept)
        raise
    return kept


def remove_photos(found: Return) -> None:
    """Take a return's photos away; their bytes go when the transaction has committed."""
    photos, found.photos = found.photos, []
    found.save(update_fields=["photos"])
    after_commit(lambda: drop_photos(photos))


def drop_photos(photos: Sequence[Photo]) -> None:
    """Delete the bytes of photos."""
    for photo in photos:
        for path in {photo["path"], photo["small"]}:
            storages["private"].delete(path)


def _keep(file: IO[bytes]) -> Photo:
    encoded = encode_picture(file)
    small, large = min(encoded.files), max(encoded.files)
    require_room(tenant=current_tenant(), bytes_count=len(encoded.files[small]) + len(encoded.files[large]))
    stem = f"{FOLDER}/{new_token()}"
    paths = {
        width: storages["private"].save(f"{stem}-{width}.webp", ContentFile(encoded.files[width]))
        for width in {small, large}
    }
    return {"path": paths[large], "small": paths[small], "width": encoded.width, "height": encoded.height}
