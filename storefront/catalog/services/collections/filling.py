"""Keep collections by rule filled with what fits."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.clock import utc_now
from core.events import publish
from core.jobs.models import Job
from core.jobs.services import QUEUE, JobHandle, create_job
from core.outbox.services import enqueue
from storefront.catalog.events import ProductChanged
from storefront.catalog.models import Collection, CollectionProduct, Product
from storefront.catalog.rules import build_question, is_drifting

AT_ONCE = 50
BATCH = 500
# A store with more goods than this has its changed rules carried out by a job.
SMALL_STORE = 1000
FOLLOW_TASK, FILL_TASK, FILL_KIND = (
    "storefront.catalog.follow_collections",
    "storefront.catalog.fill_collection",
    "catalog.collection",
)

logger = logging.getLogger(__name__)


def follow_changes(event: ProductChanged) -> None:
    """Put changed products where they belong now: at once for a few, by tasks for many."""
    if not _automatic():
        return
    if len(event.product_ids) <= AT_ONCE:
        follow_products(product_ids=event.product_ids, now=utc_now())
        return
    for start in range(0, len(event.product_ids), BATCH):
        enqueue(task=FOLLOW_TASK, kwargs={"product_ids": list(event.product_ids[start : start + BATCH])}, queue=QUEUE)


def follow_products(*, product_ids: Iterable[int], now: datetime) -> list[int]:
    """Put these products into the collections by rule that they fit and take them out of the others.

    Four statements for all collections and products together. Returns the ids of the products that moved.
    """
    ids, collections = sorted(set(product_ids)), _automatic()
    if not ids or not collections:
        return []
    with transaction.atomic():
        answers = {
            f"fits_{one.pk}": Case(
                When(build_question(one.rules, one.match, now=now), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
            for one in collections
        }
        rows: Any = Product.objects.filter(pk__in=ids).values("pk", **answers)
        wanted = {(one.pk, row["pk"]) for row in rows for one in collections if row[f"fits_{one.pk}"]}
        held = CollectionProduct.objects.filter(product_id__in=ids, collection__in=[one.pk for one in collections])
        columns = ("pk", "collection_id", "product_id")
        have = {(collection_id, product_id): pk for pk, collection_id, product_id in held.values_list(*columns)}
        gone = [pk for place, pk in have.items() if place not in wanted]
        fresh = sorted(wanted - have.keys())
        if gone:
            CollectionProduct.objects.filter(pk__in=gone).delete()
        if fresh:
            _insert(fresh)
    return sorted({product_id for _collection_id, product_id in wanted ^ have.keys()})


def follow_many(*, product_ids: Sequence[int], now: datetime) -> None:
    """Do the same later, in a task, and tell of those that moved."""
    with transaction.atomic():
        moved = follow_products(product_ids=product_ids, now=now)
        if moved:
            publish(ProductChanged(tuple(moved)))


def fill_collection(*, collection_id: int, now: datetime, handle: JobHandle | None = None) -> int:
    """Fill a collection by rule with all that fits and return how many products moved in or out.

    A collection that is gone, or filled by hand by now, is left alone. Raises: JobCanceled, LeaseLost.
    """
    row = Collection.objects.filter(pk=collection_id, is_automatic=True).first()
    if row is None:
        return 0
    question = build_question(row.rules, row.match, now=now)
    wanted = set(Product.objects.filter(question).values_list("pk", flat=True))
    have = set(CollectionProduct.objects.filter(collection=row).values_list("product_id", flat=True))
    moved = sorted(wanted ^ have)
    for start in range(0, len(moved), BATCH):
        batch = moved[start : start + BATCH]
        with transaction.atomic():
            CollectionProduct.objects.filter(collection=row, product_id__in=have.intersection(batch)).delete()
            there = (
                Product.objects.filter(pk__in=wanted.intersection(batch)).order_by("pk").values_list("pk", flat=True)
            )
            _insert((row.pk, pk) for pk in there)
            publish(ProductChanged(tuple(batch)))
        if handle is not None:
            handle.report(done=start + len(batch), total=len(moved))
    return len(moved)


def start_filling(*, collection: Collection, actor: str, now: datetime) -> Job | None:
    """Carry changed rules out: at once in a small store, else as a job, which is returned."""
    if Product.objects.count() <= SMALL_STORE:
        fill_collection(collection_id=collection.pk, now=now)
        return None
    return create_job(
        kind=FILL_KIND,
        title=_("Fill the collection “%(title)s”") % {"title": collection.title},
        task=FILL_TASK,
        params={"collection_id": collection.pk, "language": get_language() or "en"},
        started_by=actor,
        now=now,
    )


def fill_as_job(handle: JobHandle, *, now: datetime) -> None:
    """Do what `start_filling` asked for.

    Raises: JobCanceled, LeaseLost.
    """
    collection_id = handle.params["collection_id"]
    fill_collection(collection_id=collection_id, now=now, handle=handle)
    count = CollectionProduct.objects.filter(collection_id=collection_id).count()
    handle.result = {"message": _("Products in it now: %(count)s.") % {"count": count}}


def fill_drifting(*, now: datetime) -> int:
    """Look again at the collections whose rules are about stock or age; return how many products moved."""
    rows = [row for row in _automatic() if is_drifting(row.rules)]
    return sum(fill_collection(collection_id=row.pk, now=now) for row in rows)


def _automatic() -> list[Collection]:
    return list(Collection.objects.filter(is_automatic=True).only("pk", "rules", "match").order_by("pk"))


def _insert(places: Iterable[tuple[int, int]]) -> None:
    CollectionProduct.objects.bulk_create(
        [CollectionProduct(collection_id=collection_id, product_id=product_id) for collection_id, product_id in places],
        ignore_conflicts=True,
    )
