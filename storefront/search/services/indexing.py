"""Keep the words and filters that products are found by."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.html import strip_tags

from core.jobs.models import FINISHED_STATES, Job
from core.jobs.services import QUEUE, JobHandle, create_job
from core.outbox.services import enqueue
from core.tenancy import current_schema
from storefront.catalog.models import Category, Product, ProductVariant
from storefront.search.facets import field_value, product_facets
from storefront.search.models import SearchDocument
from storefront.search.words import exact_code, index_text, sounds_of, vector_literal

AT_ONCE = 50
BATCH = 500
VERSION = 4
REBUILD_TASK, REBUILD_KIND = "storefront.search.rebuild", "search.rebuild"
_DIGESTS = """
SELECT p.id, md5(concat_ws(chr(1), %s, p.title, p.description_html, p.vendor, p.product_type, p.tags, p.option_names,
                           p.custom_fields, p.translations, v.texts, c.texts)), d.digest
  FROM catalog_product p
  LEFT JOIN search_searchdocument d ON d.product_id = p.id
  LEFT JOIN LATERAL (
       SELECT string_agg(concat_ws(chr(1), sku, barcode, title, option_values, custom_fields, translations), chr(2) ORDER BY id)
              AS texts FROM catalog_productvariant WHERE product_id = p.id) AS v ON true
  LEFT JOIN LATERAL (
       SELECT string_agg(concat_ws(chr(1), branch.title, branch.translations), chr(2) ORDER BY branch.path) AS texts
         FROM catalog_category own JOIN catalog_category branch ON starts_with(own.path, branch.path)
        WHERE own.id = p.category_id) AS c ON true
 WHERE p.id = ANY(%s)
"""
_UPSERT = """
INSERT INTO search_searchdocument (product_id, version, vector, names, facets, digest)
SELECT id, %s, words::tsvector, name::tsvector, ARRAY(SELECT jsonb_array_elements_text(facet::jsonb)), digest
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[]) AS fresh (id, words, name, facet, digest)
ON CONFLICT (product_id) DO UPDATE
   SET vector = excluded.vector, names = excluded.names, facets = excluded.facets, version = excluded.version,
       digest = excluded.digest
"""


def index_products(*, product_ids: Iterable[int]) -> int:
    """Write the words and filters of those products whose texts changed, forget those that are gone; return how many there are.

    Stock and prices change often and are no text: then nothing but the digests of the texts is read.
    """
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
    with connection.cursor() as cursor:
        cursor.execute(_DIGESTS, [str(VERSION), product_ids])
        digests: dict[int, str] = {}
        stale = []
        for product_id, fresh, kept in cursor.fetchall():
            digests[product_id] = fresh
            if fresh != kept:
                stale.append(product_id)
    if stale:
        _write(stale, digests)
    if gone := set(product_ids) - set(digests):
        SearchDocument.objects.filter(product_id__in=gone).delete()
    return len(digests)


def _write(product_ids: Sequence[int], digests: Mapping[int, str]) -> None:
    variants: dict[int, list[ProductVariant]] = {}
    for variant in ProductVariant.objects.filter(product_id__in=product_ids).order_by("product_id", "position"):
        variants.setdefault(variant.product_id, []).append(variant)
    tree = {branch.path: branch for branch in Category.objects.all()}
    rows = []
    for product in Product.objects.filter(pk__in=product_ids).select_related("category"):
        path = product.category.path if product.category else ""
        branches = [
            tree[path[:end]] for end in range(Category.steplen, len(path) + 1, Category.steplen) if path[:end] in tree
        ]
        rows.append((*_document(product, variants.get(product.pk, []), branches), digests[product.pk]))
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [VERSION, *map(list, zip(*rows, strict=True))])
    enqueue(task="storefront.search.learn", kwargs={"product_ids": list(product_ids)}, queue=QUEUE)


def _document(
    product: Product, variants: Sequence[ProductVariant], branches: Sequence[Category]
) -> tuple[int, str, str, str]:
    """Return a product's id, and as text its vector, the vector of its names, and its filters as JSON."""
    titles = index_text(" \n ".join([product.title, *_said(product, "title")]))
    facts = index_text(" \n ".join(filter(None, _facts(product, variants, branches))))
    about = index_text(" \n ".join(map(strip_tags, [product.description_html, *_said(product, "description_html")])))
    codes = [exact_code(code) for variant in variants for code in (variant.sku, variant.barcode)]
    sounds = sounds_of([*titles.words, *titles.hints, *facts.words])
    names = [
        ("A", [code for code in codes if code]),
        ("A", titles.words),
        ("B", facts.words),
        ("D", [*titles.hints, *sounds]),
    ]
    everything = [*names, ("C", about.words), ("D", [*facts.hints, *about.hints])]
    return product.pk, vector_literal(everything), vector_literal(names), product_facets(product, variants)


def _facts(product: Product, variants: Sequence[ProductVariant], branches: Sequence[Category]) -> Iterable[str]:
    yield from (product.product_type, product.vendor, *map(str, product.tags))
    for branch in branches:
        yield branch.title
        yield from (_said(branch, "title"))
    for variant in variants:
        yield from (variant.sku, variant.title)
        yield from translated(variant.translations)
    for answers in (product.custom_fields, *(variant.custom_fields for variant in variants)):
        for answer in answers.values():
            yield from map(field_value, answer if isinstance(answer, list) else [answer])


def _said(row: Any, field: str) -> list[str]:
    """Return a text of a row in the store's further languages."""
    return [str(said[field]) for said in row.translations.values() if isinstance(said, dict) and said.get(field)]


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
