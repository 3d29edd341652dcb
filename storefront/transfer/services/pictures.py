"""Fetch the pictures and 3D models that imports have named by address: few at once, each with its own end, going on where it
stopped."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from core.clock import utc_now
from core.errors import ShopsteadError
from core.jobs.models import Job
from core.jobs.services import JobHandle, create_job
from integrations.http.client import Limits, fetch
from integrations.http.errors import FetchFailed
from storefront.catalog.enums import MediaState
from storefront.catalog.models import ProductImage
from storefront.catalog.services.media import give_model
from storefront.catalog.services.pictures import ask_for_files, clear_picture, keep_upload
from storefront.catalog.services.summary import touch_products
from storefront.catalog.shapes import MAXIMUM_BYTES
from storefront.transfer.enums import PICTURES_JOB

PICTURES_TASK = "storefront.transfer.fetch_pictures"
AT_ONCE = 4
KEPT_FAILURES = 100
_BINARY = ("application/octet-stream", "binary/octet-stream")
KINDS = ("image/", *_BINARY)
SHAPE_KINDS = ("model/", "application/zip", *_BINARY)
_IN_MEMORY = 256 * 1024


@dataclass(frozen=True, slots=True)
class Failure:
    """A picture that did not come, and why."""

    product: str
    url: str
    message: str


def start_fetching(*, run_token: str, filename: str, actor: str, now: datetime) -> Job:
    """Ask for the pictures that are named by address and not here yet."""
    return create_job(
        kind=PICTURES_JOB,
        title=_("Pictures: %(name)s") % {"name": filename[:120]},
        task=PICTURES_TASK,
        params={"run": run_token, "language": get_language() or "en"},
        started_by=actor,
        now=now,
    )


def fetch_pictures(*, handle: JobHandle) -> None:
    """Fetch what is missing. What came stays, so that a second run asks only for the rest."""
    waiting = _missing()
    shapes = _missing_shapes()
    total, done, failed = waiting.count() + shapes.count(), 0, 0
    failures: list[Failure] = []
    language = get_language() or "en"
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        pictures = _in_turn(pool, waiting.select_related("product").order_by("pk").iterator(200), language)
        for failure in chain(
            (_keep(image, future) for image, future in pictures),
            (_give_model(image, language) for image in shapes.select_related("product").order_by("pk").iterator(50)),
        ):
            done += 1
            if failure is not None:
                failed += 1
                if len(failures) < KEPT_FAILURES:
                    failures.append(failure)
            handle.report(phase=_("Fetching"), done=done, total=max(total, done))
    handle.partly_failed = failed > 0
    fetched = done - failed
    message = ngettext("%(n)s file fetched", "%(n)s files fetched", fetched) % {"n": f"{fetched:,}"}
    if failed:
        message += " · " + ngettext("%(n)s failed", "%(n)s failed", failed) % {"n": f"{failed:,}"}
    handle.result = {
        "message": message,
        "fetched": fetched,
        "failed": failed,
        "failures": [asdict(failure) for failure in failures],
    }


def _missing() -> Any:
    return ProductImage.objects.filter(path="").exclude(source_url="")


def _missing_shapes() -> Any:
    return ProductImage.objects.filter(model_path="").exclude(model_source_url="")


def _in_turn(
    pool: ThreadPoolExecutor, images: Iterator[ProductImage], language: str
) -> Iterator[tuple[ProductImage, "Future[IO[bytes]]"]]:
    """Yield each picture with its fetching, in order, a few of them under way at once."""
    under_way: list[tuple[ProductImage, Future[IO[bytes]]]] = []
    for image in images:
        under_way.append((image, pool.submit(partial(_fetch, image.source_url, language))))
        if len(under_way) >= AT_ONCE:
            yield under_way.pop(0)
    yield from under_way


def _fetch(url: str, language: str, limits: Limits | None = None) -> IO[bytes]:
    """Return what is there as a file that lies on disk when it is large; this runs beside the database, not with it."""
    limits = limits or Limits(bytes_count=settings.MAX_IMAGE_BYTES, kinds=KINDS)
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    try:
        with override(language):
            fetch(url, into=file, limits=limits)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _keep(image: ProductImage, future: "Future[IO[bytes]]") -> Failure | None:
    """Store what came and tie it to its place, or say why not."""
    try:
        with future.result() as file:
            stored = keep_upload(file)
    except (FetchFailed, ShopsteadError) as error:
        return Failure(image.product.title, image.source_url, str(error))
    with transaction.atomic():
        kept = ProductImage.objects.filter(pk=image.pk, path="").update(
            path=stored.path,
            width=stored.width,
            height=stored.height,
            formats=dict(stored.formats),
            state=MediaState.PENDING,
        )
        if kept:
            touch_products([image.product_id])
            ask_for_files([image.pk])
    if not kept:
        clear_picture(stored.path)
    return None


def _give_model(image: ProductImage, language: str) -> Failure | None:
    """Fetch a 3D model and put it behind its picture, or say why not."""
    limits = Limits(bytes_count=MAXIMUM_BYTES, kinds=SHAPE_KINDS)
    url = image.model_source_url
    try:
        with _fetch(url, language, limits) as glb:
            url = image.usdz_source_url
            with _fetch(url, language, limits) if url else nullcontext() as usdz:
                give_model(image_id=image.pk, glb=glb, usdz=usdz, now=utc_now())
    except (FetchFailed, ShopsteadError) as error:
        return Failure(image.product.title, url or image.model_source_url, str(error))
    return None
