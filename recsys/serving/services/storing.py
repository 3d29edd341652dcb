"""Write a training's lists into tables by COPY, and take old lists away."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection

from recsys.engine.enums import Slot
from recsys.engine.results import CustomerTable, ProductTable, TrainedLists
from recsys.serving.models import ActiveModel, CustomerRecommendation, ProductRecommendation, TrainedModel

CHUNK_ROWS = 5_000
SIMILAR, TOGETHER = "similar", "bought_together"
KEEP_RUNS = 60
INTO_CUSTOMERS = """
COPY serving_customerrecommendation (model_id, customer_id, slot, product_ids, scores, reasons) FROM STDIN
"""
INTO_PRODUCTS = """
COPY serving_productrecommendation (model_id, product_id, kind, product_ids, scores, reasons) FROM STDIN
"""

Row = tuple[int, int, str, str, str, str]


def write_lists(*, model_id: int, lists: TrainedLists) -> int:
    """Write all lists of a training under its model and return how many rows there are.

    Nobody reads them before the pointer moves, so they need no transaction of their own.
    """
    written = 0
    for slot, table in ((Slot.FOR_YOU, lists.for_you), (Slot.BUY_AGAIN, lists.buy_again)):
        written += _copy(INTO_CUSTOMERS, _customer_rows(model_id, slot, table))
    for kind, neighbors in ((SIMILAR, lists.similar), (TOGETHER, lists.bought_together)):
        written += _copy(INTO_PRODUCTS, _product_rows(model_id, kind, neighbors))
    return written


def delete_old_lists() -> None:
    """Keep the lists in use and those before them; keep the record of the last sixty trainings."""
    active = ActiveModel.objects.values_list("model_id", flat=True).first()
    if active is None:
        keep: list[int] = []
    else:
        held = CustomerRecommendation.objects.filter(model_id__lt=active).values("model_id")
        held = held.union(ProductRecommendation.objects.filter(model_id__lt=active).values("model_id"))
        ready = set(TrainedModel.objects.filter(state="ready").values_list("pk", flat=True))
        before = max((row["model_id"] for row in held if row["model_id"] in ready), default=None)
        keep = [active] if before is None else [active, before]
    # The rows go without being read: a store has hundreds of thousands of them.
    for rows in (CustomerRecommendation, ProductRecommendation):
        old = rows.objects.exclude(model_id__in=keep)
        old._raw_delete(old.db)
    recent = list(TrainedModel.objects.order_by("-pk").values_list("pk", flat=True)[:KEEP_RUNS])
    TrainedModel.objects.exclude(pk__in=[*recent, *keep]).delete()


def _customer_rows(model_id: int, slot: Slot, table: CustomerTable) -> Iterator[Row]:
    for customer_id, items in table:
        if items:
            reasons = [[int(item.source), item.because_id] for item in items]
            scores = (item.score for item in items)
            yield _row(model_id, customer_id, slot, (item.product_id for item in items), scores, reasons)


def _product_rows(model_id: int, kind: str, table: ProductTable) -> Iterator[Row]:
    for product_id, items in table:
        if items:
            reasons = [item.count for item in items]
            scores = (item.score for item in items)
            yield _row(model_id, product_id, kind, (item.product_id for item in items), scores, reasons)


def _row(model_id: int, owner_id: int, name: str, ids: Iterable[int], scores: Iterable[float], reasons: object) -> Row:
    # Arrays in PostgreSQL's own notation: adapting lists number by number takes longer than making them did.
    return model_id, owner_id, str(name), _array(ids), _array(f"{score:.6g}" for score in scores), json.dumps(reasons)


def _array(values: Iterable[object]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _copy(statement: str, rows: Iterator[Row]) -> int:
    written = 0
    while chunk := list(islice(rows, CHUNK_ROWS)):
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in chunk:
                copy.write_row(row)
        written += len(chunk)
    return written
