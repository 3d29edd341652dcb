"""Change how many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.catalog.models import ProductVariant
from storefront.inventory.errors import StockRefused, VariantNotFound, WarehouseNotFound
from storefront.inventory.locks import Shelves, lock_stock
from storefront.inventory.models import Stock, StockMovement, Warehouse
from storefront.inventory.services.writing import movement, write_stock

MAXIMUM_ON_HAND = 10_000_000
ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class CountChange:
    """So many more or fewer of a variant than were seen, and from which count on it is low (None: the store's number)."""

    variant_id: int
    delta: int
    low_threshold: int | None


def set_stock(
    *,
    variant_id: int,
    on_hand_count: int,
    actor: str,
    now: datetime,
    reason: str = ADJUSTMENT,
    warehouse_id: int | None = None,
) -> Stock | None:
    """Set how many of a variant lie in a warehouse, the default one unless named; None for one that is not counted.

    Raises: StockRefused below zero, above ten million, or below what is held for orders; VariantNotFound.
    """
    if not ProductVariant.objects.filter(pk=variant_id).exists():
        raise VariantNotFound(_("There is no such variant."))
    rows = [(variant_id, on_hand_count)]
    return set_stock_bulk(rows=rows, actor=actor, now=now, reason=reason, warehouse_id=warehouse_id).get(variant_id)


def set_stock_bulk(
    *,
    rows: Iterable[tuple[int, int]],
    actor: str,
    now: datetime,
    reason: str = ADJUSTMENT,
    warehouse_id: int | None = None,
) -> dict[int, Stock]:
    """Set the counts of many `(variant_id, on_hand_count)` in one warehouse, all or none; return its rows by variant.

    Raises: StockRefused, WarehouseNotFound.
    """
    wanted = dict(rows)
    with transaction.atomic():
        chosen = rows_in_warehouse(lock_stock(wanted), warehouse_id)
        movements = []
        for variant_id, row in chosen.items():
            count = wanted[variant_id]
            _check_count(row, count)
            if count != row.on_hand_count:
                movements.append(movement(row, count - row.on_hand_count, reason=reason, actor=actor, now=now))
            row.on_hand_count = count
        write_stock(chosen.values(), movements)
    return chosen


def adjust_stock(
    *, variant_id: int, warehouse_id: int, delta: int, reason: str, actor: str, now: datetime, note: str = ""
) -> Stock:
    """Add to what lies in a warehouse, or take away below zero, with the reason that its history keeps.

    Raises: StockRefused, VariantNotFound for one that is not counted, WarehouseNotFound.
    """
    with transaction.atomic():
        row = rows_in_warehouse(lock_stock([variant_id]), warehouse_id).get(variant_id)
        if row is None:
            raise VariantNotFound(_("There is no such variant, or its stock is not counted."))
        if delta == 0:
            return row
        _check_count(row, row.on_hand_count + delta)
        row.on_hand_count += delta
        write_stock([row], [movement(row, delta, reason=reason, actor=actor, now=now, reference=note)])
    return row


def change_counts(*, changes: Sequence[CountChange], warehouse_id: int, actor: str, now: datetime) -> int:
    """Write the numbers that were typed beside many variants in one warehouse, all or none; return how many changed.

    A count comes as its difference to what was seen, so that what was sold in the meantime still comes off.
    Raises: StockRefused, WarehouseNotFound.
    """
    wanted = {change.variant_id: change for change in changes}
    with transaction.atomic():
        written, movements = [], []
        for variant_id, row in rows_in_warehouse(lock_stock(wanted), warehouse_id).items():
            change = wanted[variant_id]
            if change.low_threshold is not None and not 0 <= change.low_threshold <= MAXIMUM_ON_HAND:
                raise StockRefused(_("A count must be between 0 and %(most)s.") % {"most": MAXIMUM_ON_HAND})
            if not change.delta and row.low_threshold == change.low_threshold:
                continue
            if change.delta:
                _check_count(row, row.on_hand_count + change.delta)
                row.on_hand_count += change.delta
                movements.append(movement(row, change.delta, reason="count", actor=actor, now=now))
            row.low_threshold = change.low_threshold
            written.append(row)
        write_stock(written, movements)
    return len(written)


def set_available(*, variant_id: int, quantity: int, actor: str, now: datetime) -> Stock | None:
    """Set how many of a variant can be sold in all, beside those that are held for orders; None where it is not counted.

    With several warehouses the default one takes the difference, and the others what it cannot give.
    Raises: StockRefused.
    """
    with transaction.atomic():
        rows = lock_stock([variant_id]).get(variant_id)
        if rows is None:
            return None
        spread_available(rows, quantity)
        _check_count(rows[0], rows[0].on_hand_count)
        changed, movements = _changes(rows, reason=ADJUSTMENT, actor=actor, now=now)
        write_stock(changed, movements)
    return rows[0]


def spread_available(rows: Sequence[Stock], quantity: int) -> None:
    """Make the rows' available sum this number; each row remembers in `before` what it had."""
    for row in rows:
        row.before = row.on_hand_count  # type: ignore[attr-defined]
    missing = quantity - sum(row.available_count for row in rows)
    if missing >= 0 or rows[0].may_go_negative:
        rows[0].on_hand_count += missing
        return
    for row in rows:
        given = min(max(row.available_count, 0), -missing)
        row.on_hand_count -= given
        missing += given


def set_threshold(*, variant_id: int, warehouse_id: int, low_threshold: int | None) -> None:
    """Say from which count on a variant is low in a warehouse; None is the store's own number.

    Raises: StockRefused, VariantNotFound, WarehouseNotFound.
    """
    if low_threshold is not None and not 0 <= low_threshold <= MAXIMUM_ON_HAND:
        raise StockRefused(_("A count must be between 0 and %(most)s.") % {"most": MAXIMUM_ON_HAND}, field="threshold")
    with transaction.atomic():
        row = rows_in_warehouse(lock_stock([variant_id]), warehouse_id).get(variant_id)
        if row is None:
            raise VariantNotFound(_("There is no such variant, or its stock is not counted."))
        Stock.objects.filter(pk=row.pk).update(low_threshold=low_threshold)


def rows_in_warehouse(shelves: Shelves, warehouse_id: int | None) -> dict[int, Stock]:
    """Return the one row of each variant in this warehouse; where there is none yet it is made, empty.

    Raises: WarehouseNotFound.
    """
    if warehouse_id is None:
        return {variant_id: rows[0] for variant_id, rows in shelves.items()}
    warehouse = Warehouse.objects.filter(pk=warehouse_id).first()
    if warehouse is None:
        raise WarehouseNotFound(_("There is no such warehouse. It may have been removed."))
    found: dict[int, Stock] = {}
    for variant_id, rows in shelves.items():
        row = next((one for one in rows if one.warehouse_id == warehouse_id), None)
        found[variant_id] = row or Stock.objects.create(
            variant=rows[0].variant, warehouse=warehouse, may_go_negative=rows[0].may_go_negative
        )
    return found


def _changes(
    rows: Sequence[Stock], *, reason: str, actor: str, now: datetime
) -> tuple[list[Stock], list[StockMovement]]:
    changed = [row for row in rows if row.on_hand_count != row.before]  # type: ignore[attr-defined]
    log = [
        movement(row, row.on_hand_count - row.before, reason=reason, actor=actor, now=now)  # type: ignore[attr-defined]
        for row in changed
    ]
    return list(rows), log


def _check_count(row: Stock, count: int) -> None:
    if not 0 <= count <= MAXIMUM_ON_HAND:
        raise StockRefused(
            _("A count must be between 0 and %(most)s.") % {"most": MAXIMUM_ON_HAND}, field="on_hand_count"
        )
    if count < row.reserved_count and not row.may_go_negative:
        raise StockRefused(
            _("%(held)s of these are held for orders that are being paid. Set %(held)s or more, or wait half an hour.")
            % {"held": row.reserved_count},
            field="on_hand_count",
        )
