"""Keep the words that products are found by."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.html import strip_tags

from core.jobs.models import FINISHED_STATES, Job
from core.jobs.services import QUEUE, JobHandle, create_job
from core.outbox.services import enqueue
from core.tenancy import current_schema
from storefront.catalog.models import Product, ProductVariant
from storefront.search.models import SearchDocument, SearchQuery
from storefront.search.words import vector_literal

AT_ONCE = 50
BATCH = 500
REBUILD_TASK, REBUILD_KIND = "storefront.search.rebuild", "search.rebuild"
QUERY_LENGTH = 200
_UPSERT = """
INSERT INTO search_searchdocument (product_id, vector)
SELECT id, words::tsvector FROM unnest(%s::bigint[], %s::text[]) AS fresh (id, words)
ON CONFLICT (product_id) DO UPDATE SET vector = excluded.vector
"""


def index_products(*, product_ids: Iterable[int]) -> int:
    """Write these products' words anew, forget those that are gone, and return how many were written."""
    wanted = sorted(set(product_ids))
    written = 0
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        with transaction.atomic():
            written += _index_batch(batch)
    return written


def index_all() -> int:
    """Write the words of every product anew and return how many there are."""
    return index_products(product_ids=Product.objects.values_list("pk", flat=True))


def start_rebuild(*, title: str, actor: str, now: datetime) -> Job:
    """Ask for every product's words anew, as a job; one that has not ended is given back instead."""
    unfinished = Job.objects.filter(schema_name=current_schema(), kind=REBUILD_KIND).exclude(state__in=FINISHED_STATES)
    running = unfinished.order_by("-pk").first()
    return running or create_job(
        kind=REBUILD_KIND, title=title, task=REBUILD_TASK, params={}, started_by=actor, now=now
    )


def rebuild(handle: JobHandle) -> None:
    """Write every product's words anew, batch by batch, saying how far it is.

    Raises: JobCanceled, LeaseLost.
    """
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        handle.report(done=start, total=len(ids))
        index_products(product_ids=ids[start : start + BATCH])


def follow_changes(*, product_ids: Sequence[int]) -> None:
    """Bring the words up to date after a change: at once for a few products, by a task for many."""
    if len(product_ids) <= AT_ONCE:
        index_products(product_ids=product_ids)
        return
    for start in range(0, len(product_ids), BATCH):
        kwargs = {"product_ids": list(product_ids[start : start + BATCH])}
        enqueue(task="storefront.search.reindex", kwargs=kwargs, queue=QUEUE)


def log_query(*, text: str, results_count: int, now: datetime) -> None:
    """Remember what was asked and how much was found, without who asked."""
    SearchQuery.objects.create(text=text[:QUERY_LENGTH], results_count=results_count, created_at=now)


def _index_batch(product_ids: list[int]) -> int:
    skus: dict[int, list[str]] = {}
    rows = ProductVariant.objects.filter(product_id__in=product_ids).values_list("product_id", "sku", "title")
    for product_id, sku, title in rows:
        skus.setdefault(product_id, []).extend([sku, title])
    fields = ("pk", "title", "product_type", "vendor", "tags", "description_html")
    ids, vectors = [], []
    for pk, title, product_type, vendor, tags, description in Product.objects.filter(pk__in=product_ids).values_list(
        *fields
    ):
        middle = " ".join([product_type, vendor, *map(str, tags), *skus.get(pk, [])])
        ids.append(pk)
        vectors.append(vector_literal([("A", title), ("B", middle), ("C", strip_tags(description))]))
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, [ids, vectors])
    SearchDocument.objects.filter(product_id__in=set(product_ids) - set(ids)).delete()
    return len(ids)
