"""Files of pictures: checked and kept at once so that they can be seen, and made fit for every screen afterwards."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import ShopsteadError
from core.ids import new_token
from core.outbox.services import enqueue
from core.tenancy import current_tenant
from storefront.catalog.enums import MediaState
from storefront.catalog.errors import PictureRefused, ProductNotFound
from storefront.catalog.models import ProductImage
from storefront.catalog.pictures import (
    NAMED_WIDTH,
    WIDTHS,
    encode,
    encode_master,
    encode_picture,
    read_master,
    read_picture,
    widths_for,
)
from storefront.catalog.services.summary import touch_products
from tenants.fleet.services.room import require_room

logger = logging.getLogger(__name__)

FINISH = "storefront.catalog.finish_picture"
FORMS = ("avif", "webp")
LOST_AFTER = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=1)
_ENDING = f"-{NAMED_WIDTH}.webp"
_MASTERS = "masters"


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture that is kept: the address of its 800 px file, its size in pixels, the files there are so far."""

    path: str
    width: int
    height: int
    formats: Mapping[str, list[int]]


def store_picture(file: IO[bytes], *, folder: str = "products") -> tuple[str, int, int]:
    """Check and encode a picture, keep its widths in media storage and return (path, width, height).

    `path` names the 800 px file; its sisters end in -400 and -1600.
    Raises: PictureRefused, StorageFull; nothing is stored then.
    """
    encoded = encode_picture(file)
    require_room(tenant=current_tenant(), bytes_count=sum(map(len, encoded.files.values())))
    stem = f"{folder}/{new_token()}"
    for width, data in encoded.files.items():
        default_storage.save(f"{stem}-{width}.webp", ContentFile(data))
    return f"{stem}{_ENDING}", encoded.width, encoded.height


def keep_upload(file: IO[bytes], *, folder: str = "products") -> StoredPicture:
    """Check a picture and keep a first file of it and the master that the others are made from.

    Raises: PictureRefused, StorageFull; nothing is stored then.
    """
    image = read_picture(file)
    quick, master = encode(image, width=NAMED_WIDTH, form="webp", is_quick=True), encode_master(image)
    require_room(tenant=current_tenant(), bytes_count=len(quick) + len(master))
    path = f"{folder}/{new_token()}{_ENDING}"
    default_storage.save(path, ContentFile(quick))
    storages["private"].save(_master_of(path), ContentFile(master))
    return StoredPicture(path, image.width, image.height, {"webp": [NAMED_WIDTH]})


def clear_picture(path: str) -> None:
    """Delete a stored picture in all its forms and widths; pictures that were not made here stay."""
    if not path.endswith(_ENDING):
        return
    for width in WIDTHS:
        for form in FORMS:
            default_storage.delete(f"{path.removesuffix(_ENDING)}-{width}.{form}")
    storages["private"].delete(_master_of(path))


def finish_picture(*, image_id: int) -> None:
    """Make the widths and forms of a picture that waits for them; one that is finished or gone is left alone.

    A second run does the same again and ends the same. What cannot be made is marked as failed, for the merchant to see.
    """
    image = ProductImage.objects.filter(pk=image_id, state=MediaState.PENDING).first()
    if image is None:
        return
    try:
        formats = _make_files(image.path)
    except (OSError, ValueError, MemoryError, ShopsteadError):
        logger.exception("picture %s could not be finished", image.pk)
        _end(image, state=MediaState.FAILED, formats=image.formats)
        return
    if not _end(image, state=MediaState.READY, formats=formats):
        clear_picture(image.path)
        return
    storages["private"].delete(_master_of(image.path))


def retry_picture(*, image_id: int) -> None:
    """Ask once more for the files of a picture that could not be finished.

    Raises: ProductNotFound; PictureRefused when its master is gone.
    """
    image = ProductImage.objects.filter(pk=image_id).first()
    if image is None:
        raise ProductNotFound(_("This picture is gone. Somebody may have deleted it a moment ago."))
    if image.state != MediaState.FAILED:
        return
    if not storages["private"].exists(_master_of(image.path)):
        raise PictureRefused(_("The file is no longer here. Remove this picture and send it again."), field="picture")
    with transaction.atomic():
        ProductImage.objects.filter(pk=image_id, state=MediaState.FAILED).update(state=MediaState.PENDING)
        ask_for_files([image_id])


def ask_for_files(image_ids: list[int]) -> None:
    """Ask for the files of these pictures once the transaction has committed."""
    for image_id in image_ids:
        enqueue(task=FINISH, kwargs={"image_id": image_id}, queue="jobs")


def sweep_pictures(*, now: datetime) -> int:
    """Ask again for pictures that nobody finished, give up those that are a day old, and return how many were seen to."""
    seen = 0
    for image in ProductImage.objects.filter(state=MediaState.PENDING).order_by("pk"):
        age = _age(image, now)
        if age is not None and age < LOST_AFTER:
            continue
        seen += 1
        if age is None or age > GIVEN_UP_AFTER:
            _end(image, state=MediaState.FAILED, formats=image.formats)
        else:
            with transaction.atomic():
                ask_for_files([image.pk])
    return seen


def _make_files(path: str) -> dict[str, list[int]]:
    with storages["private"].open(_master_of(path)) as file:
        image = read_master(file.read())
    stem, widths = path.removesuffix(_ENDING), widths_for(image.width)
    for form in FORMS:
        for width in widths:
            _replace(f"{stem}-{width}.{form}", encode(image, width=width, form=form))
    return dict.fromkeys(FORMS, widths)


def _replace(name: str, data: bytes) -> None:
    require_room(tenant=current_tenant(), bytes_count=len(data))
    default_storage.delete(name)
    default_storage.save(name, ContentFile(data))


def _end(image: ProductImage, *, state: MediaState, formats: Mapping[str, Any]) -> bool:
    """Write how it ended and tell of it; False when the picture was removed meanwhile."""
    with transaction.atomic():
        waiting = ProductImage.objects.filter(pk=image.pk, state=MediaState.PENDING)
        if not waiting.update(state=state, formats=formats):
            return ProductImage.objects.filter(pk=image.pk).exists()
        touch_products([image.product_id])
    return True


def _age(image: ProductImage, now: datetime) -> timedelta | None:
    try:
        return now - storages["private"].get_modified_time(_master_of(image.path)).astimezone(
            timezone.get_current_timezone()
        )
    except FileNotFoundError:
        return None


def _master_of(path: str) -> str:
    return f"{_MASTERS}/{path.rsplit('/', 1)[-1].removesuffix(_ENDING)}.webp"
