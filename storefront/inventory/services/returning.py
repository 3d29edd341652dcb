"""Goods of an order that come back into the stock while the rest of it stays sold."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from storefront.inventory.locks import lock_ordered_stock
from storefront.inventory.models import Reservation, Stock
from storefront.inventory.services.holding import units_of
from storefront.inventory.services.writing import movement, write_stock


def put_back(
    *,
    order_token: str,
    lines: Sequence[tuple[int, int]],
    now: datetime,
    actor: str,
    product_ids: Iterable[int] = (),
) -> int:
    """Put `(variant_id, quantity)` of a paid order back on sale and return how many units lie there again.

    Each unit goes to a warehouse that the order took it from, so that calling the order off later puts back only the rest;
    what the order took from nowhere (it was brought in from elsewhere) goes to the default warehouse. Of a set its parts
    come back; what is not counted any more stays uncounted. `product_ids` are locked along.
    """
    with transaction.atomic():
        stock = lock_ordered_stock(
            order_token, [variant_id for variant_id, _quantity in lines], product_ids=product_ids
        )
        shelves = {variant_id: stock.shelves[variant_id] for variant_id in stock.counted}
        taken = _list_taken(order_token)
        rows = {row.pk: row for found in shelves.values() for row in found}
        back: dict[int, int] = {}
        for variant_id, quantity in units_of(lines, stock.recipes).items():
            for stock_id, count in _places(variant_id, quantity, taken, shelves.get(variant_id, [])):
                back[stock_id] = back.get(stock_id, 0) + count
        log = []
        for stock_id, count in sorted(back.items()):
            rows[stock_id].on_hand_count += count
            log.append(movement(rows[stock_id], count, reason="return", reference=order_token, actor=actor, now=now))
        write_stock([rows[stock_id] for stock_id in sorted(back)], log)
        _keep_rest(taken)
        return sum(back.values())


def write_off(*, order_token: str, lines: Sequence[tuple[int, int]]) -> None:
    """Forget that an order took these `(variant_id, quantity)`: they are not sent, and do not go on sale again either."""
    with transaction.atomic():
        stock = lock_ordered_stock(order_token, [variant_id for variant_id, _quantity in lines])
        taken = _list_taken(order_token)
        for variant_id, quantity in units_of(lines, stock.recipes).items():
            _places(variant_id, quantity, taken, stock.shelves.get(variant_id, []))
        _keep_rest(taken)


def _list_taken(order_token: str) -> list[Reservation]:
    found = Reservation.objects.filter(order_token=order_token, state=Reservation.ALLOCATED)
    return list(found.select_related("stock").order_by("-pk"))


def _keep_rest(taken: Sequence[Reservation]) -> None:
    Reservation.objects.filter(pk__in=[one.pk for one in taken if one.quantity == 0]).delete()
    Reservation.objects.bulk_update([one for one in taken if one.quantity], ["quantity"])


def _places(
    variant_id: int, quantity: int, taken: Sequence[Reservation], rows: Sequence[Stock]
) -> list[tuple[int, int]]:
    """Say where so many units go, and take them off what the order holds."""
    if not rows:
        return []
    found = []
    for one in taken:
        count = min(quantity, one.quantity) if one.stock.variant_id == variant_id else 0
        if count:
            one.quantity -= count
            quantity -= count
            found.append((one.stock_id, count))
    return [*found, (rows[0].pk, quantity)] if quantity else found
