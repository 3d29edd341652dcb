"""Keep the words and filters that products are found by."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.html import strip_tags

from core.jobs.models import FINISHED_STATES, Job
from core.jobs.services import QUEUE, JobHandle, create_job
from core.outbox.services import enqueue
from core.tenancy import current_schema
from storefront.catalog.models import Product, ProductVariant
from storefront.search.facets import product_facets
from storefront.search.models import SearchDocument
from storefront.search.words import exact_code, index_text, sounds_of, vector_literal

AT_ONCE = 50
BATCH = 500
VERSION = 2
REBUILD_TASK, REBUILD_KIND = "storefront.search.rebuild", "search.rebuild"
_UPSERT = """
INSERT INTO search_searchdocument AS kept (product_id, vector, names, facets, version)
SELECT id, words::tsvector, name::tsvector, ARRAY(SELECT jsonb_array_elements_text(facet::jsonb)), %s
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS fresh (id, words, name, facet)
ON CONFLICT (product_id) DO UPDATE
   SET vector = excluded.vector, names = excluded.names, facets = excluded.facets, version = excluded.version
 WHERE (kept.vector, kept.facets, kept.version) IS DISTINCT FROM (excluded.vector, excluded.facets, excluded.version)
RETURNING product_id
"""


def index_products(*, product_ids: Iterable[int]) -> int:
    """Write these products' words and filters anew, forget those that are gone, and return how many there are."""
    wanted = sorted(set(product_ids))
    found = 0
    for start in range(0, len(wanted), BATCH):
        with transaction.atomic():
            found += _index_batch(wanted[start : start + BATCH])
    return found


def index_all() -> int:
    """Write the words of every product anew and return how many there are."""
    return index_products(product_ids=Product.objects.values_list("pk", flat=True))


def index_outdated() -> int:
    """Write what an older release has written, or what was never written, and return how much it was."""
    ids = Product.objects.exclude(search_document__version=VERSION).values_list("pk", flat=True)
    return index_products(product_ids=ids)


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


def _index_batch(product_ids: list[int]) -> int:
    variants: dict[int, list[ProductVariant]] = {}
    for variant in ProductVariant.objects.filter(product_id__in=product_ids).order_by("product_id", "position"):
        variants.setdefault(variant.product_id, []).append(variant)
    rows = [_document(product, variants.get(product.pk, [])) for product in Product.objects.filter(pk__in=product_ids)]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, [VERSION, *map(list, zip(*rows, strict=True))])
            changed = sorted(product_id for (product_id,) in cursor.fetchall())
        if changed:
            enqueue(task="storefront.search.learn", kwargs={"product_ids": changed}, queue=QUEUE)
    SearchDocument.objects.filter(product_id__in=set(product_ids) - {row[0] for row in rows}).delete()
    return len(rows)


def _document(product: Product, variants: Sequence[ProductVariant]) -> tuple[int, str, str, str]:
    """Return a product's id, and as text its vector, the vector of its names, and its filters as JSON."""
    titles = index_text(product.title)
    facts = index_text(" ".join(_facts(product, variants)))
    about = index_text(strip_tags(product.description_html))
    codes = [exact_code(code) for variant in variants for code in (variant.sku, variant.barcode)]
    sounds = sounds_of([*titles.words, *facts.words])
    names = [
        ("A", [code for code in codes if code]),
        ("A", titles.words),
        ("B", facts.words),
        ("D", [*titles.hints, *sounds]),
    ]
    everything = [*names, ("C", about.words), ("D", [*facts.hints, *about.hints])]
    return product.pk, vector_literal(everything), vector_literal(names), product_facets(product, variants)


def _facts(product: Product, variants: Sequence[ProductVariant]) -> Iterable[str]:
    yield product.product_type
    yield product.vendor
    yield from map(str, product.tags)
    for variant in variants:
        yield variant.sku
        yield variant.title


def translated(texts: Any) -> Iterable[str]:
    """Return every text of a row's translations."""
    if isinstance(texts, str):
        yield texts
    elif isinstance(texts, dict):
        for text in texts.values():
            yield from translated(text)
    elif isinstance(texts, list):
        for text in texts:
            yield from translated(text)
