"""Goods that were held apart become an order's own."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from storefront.inventory.models import Reservation, StockMovement
from storefront.inventory.services.holding import allocate

_JOIN = """
INSERT INTO inventory_reservation AS kept (order_token, stock_id, quantity, state, expires_at, created_at)
SELECT %(order)s, stock_id, quantity, state, expires_at, created_at
  FROM inventory_reservation WHERE order_token = %(apart)s AND state = 'allocated'
    ON CONFLICT (order_token, stock_id) DO UPDATE
   SET quantity = excluded.quantity + CASE WHEN kept.state = 'allocated' THEN kept.quantity ELSE 0 END, state = 'allocated'
"""


def allocate_into(
    *, order_token: str, apart_token: str, now: datetime, actor: str, product_ids: Iterable[int] = ()
) -> None:
    """Take what is held by a token of its own out of the stock for an order, whose taken goods it joins.

    What ran out of time is taken if it is still there; twice takes nothing twice. The order's row is locked, so that
    nothing else takes or puts back for it. `product_ids` are locked along.
    Raises: InsufficientStock, and then nothing is taken.
    """
    with transaction.atomic():
        stock_ids = list(Reservation.objects.filter(order_token=apart_token).values_list("stock_id", flat=True))
        allocate(order_token=apart_token, now=now, actor=actor, product_ids=product_ids)
        with connection.cursor() as cursor:
            cursor.execute(_JOIN, {"order": order_token, "apart": apart_token})
        taken = Reservation.objects.filter(order_token=apart_token)
        stock_ids += taken.values_list("stock_id", flat=True)  # What came late may be of another warehouse.
        taken.delete()
        log = StockMovement.objects.filter(stock_id__in=stock_ids, reference=apart_token)
        log.update(reference=order_token)


def let_expire(*, order_token: str, now: datetime) -> None:
    """Let what a token holds run out now: it is on sale again when expired holds are given back, within minutes.

    For whoever has other goods locked already and may lock no more.
    """
    Reservation.objects.filter(order_token=order_token, state=Reservation.HELD, expires_at__gt=now).update(
        expires_at=now
    )
