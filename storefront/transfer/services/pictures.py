"""Fetch the pictures that imports have named by address: few at once, each with its own end, going on where it stopped."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from core.errors import ShopsteadError
from core.jobs.models import Job
from core.jobs.services import JobHandle, create_job
from integrations.http.client import Limits, fetch
from integrations.http.errors import FetchFailed
from storefront.catalog.enums import MediaState
from storefront.catalog.models import ProductImage
from storefront.catalog.services.pictures import ask_for_files, clear_picture, keep_upload
from storefront.catalog.services.summary import touch_products
from storefront.transfer.enums import PICTURES_JOB

PICTURES_TASK = "storefront.transfer.fetch_pictures"
AT_ONCE = 4
KEPT_FAILURES = 100
KINDS = ("image/", "application/octet-stream", "binary/octet-stream")
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
    total, done, failed = waiting.count(), 0, 0
    failures: list[Failure] = []
    language = get_language() or "en"
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        for image, future in _in_turn(pool, waiting.select_related("product").order_by("pk").iterator(200), language):
            failure = _keep(image, future)
            done += 1
            if failure is not None:
                failed += 1
                if len(failures) < KEPT_FAILURES:
                    failures.append(failure)
            handle.report(phase=_("Fetching"), done=done, total=max(total, done))
    handle.partly_failed = failed > 0
    fetched = done - failed
    message = ngettext("%(n)s picture fetched", "%(n)s pictures fetched", fetched) % {"n": f"{fetched:,}"}
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


def _fetch(url: str, language: str) -> IO[bytes]:
    """Return the picture as a file that lies on disk when it is large; this runs beside the database, not with it."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    try:
        with override(language):
            fetch(url, into=file, limits=Limits(bytes_count=settings.MAX_IMAGE_BYTES, kinds=KINDS))
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
