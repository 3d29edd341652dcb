"""Who goods are held for: reserved while a shopper pays, taken when the money is here, given back otherwise."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.batch import Batch
from storefront.inventory.errors import InsufficientStock, StockRefused
from storefront.inventory.locks import Hold, OrderedStock, lock_ordered_stock
from storefront.inventory.models import Reservation, Stock
from storefront.inventory.services.writing import add_stock, movement

RELEASE_BATCH = 200

Pieces = list[tuple[Stock, int]]

_HOLD = """
INSERT INTO inventory_reservation (order_token, stock_id, quantity, state, expires_at, created_at)
SELECT %s, piece.stock_id, piece.quantity, %s, %s, %s FROM unnest(%s::bigint[], %s::int[]) AS piece (stock_id, quantity)
    ON CONFLICT (order_token, stock_id) DO UPDATE
   SET quantity = excluded.quantity, state = excluded.state,
       expires_at = excluded.expires_at, created_at = excluded.created_at
"""
_LET_GO = "DELETE FROM inventory_reservation WHERE id = ANY(%s::bigint[]) AND stock_id <> ALL(%s::bigint[])"
_RELEASE = "UPDATE inventory_reservation SET state = 'released' WHERE id = ANY(%s::bigint[])"


def reserve(
    *,
    order_token: str,
    lines: Sequence[tuple[int, int]],
    now: datetime,
    expires_at: datetime,
    warehouse_id: int | None = None,
) -> None:
    """Hold exactly these `(variant_id, quantity)` for an order until `expires_at`; what it held before is given back.

    Of a set its parts are held. One warehouse that has all of a variant goes before several that have it together, and the
    one that is named before others.
    Three queries. Raises: InsufficientStock naming the variants; then the order holds what it held before.
    """
    with transaction.atomic():
        batch = Batch()
        add_reservation(
            batch, order_token=order_token, lines=lines, now=now, expires_at=expires_at, warehouse_id=warehouse_id
        )
        batch.run()


def add_reservation(
    batch: Batch,
    *,
    order_token: str,
    lines: Sequence[tuple[int, int]],
    now: datetime,
    expires_at: datetime,
    warehouse_id: int | None = None,
) -> None:
    """Lock what `reserve` needs, and put what it writes into a batch of the same transaction.

    Raises: InsufficientStock naming the variants, StockRefused for what was paid for already.
    """
    stock = lock_ordered_stock(order_token, [variant_id for variant_id, _quantity in lines])
    if any(hold.state == Reservation.ALLOCATED for hold in stock.held):
        raise StockRefused(_("What was paid for cannot be held anew."))
    _give_back(stock.held, stock.rows)
    for variant_id, sells_when_out in stock.counted.items():
        for row in stock.shelves[variant_id]:
            row.may_go_negative = sells_when_out
        if warehouse_id is not None:
            stock.shelves[variant_id].sort(key=lambda row: row.warehouse_id != warehouse_id)
    pieces = _take_lines(stock, lines)
    for row, quantity in pieces:
        row.reserved_count += quantity
    add_stock(batch, stock.rows.values(), [])
    _add_holds(batch, order_token, stock.held, pieces, state=Reservation.HELD, expires_at=expires_at, now=now)


def allocate(*, order_token: str, now: datetime, actor: str, product_ids: Iterable[int] = ()) -> None:
    """Take what is held for a paid order out of the stock; what ran out of time is taken if it is still there.

    Doing it twice takes nothing twice. `product_ids` are locked along, for whoever writes them in this transaction.
    Three queries. Raises: InsufficientStock, and then nothing is taken.
    """
    with transaction.atomic():
        stock = lock_ordered_stock(order_token, product_ids=product_ids)
        rows = stock.rows
        waiting = [one for one in stock.held if one.state != Reservation.ALLOCATED]
        _give_back(waiting, rows)
        pieces = [(rows[one.stock_id], one.quantity) for one in waiting if one.state == Reservation.HELD]
        for row, quantity in pieces:
            row.on_hand_count -= quantity
        pieces += _take_late(stock, [one for one in waiting if one.state != Reservation.HELD])
        log = [
            movement(row, -quantity, reason="sale", reference=order_token, actor=actor, now=now)
            for row, quantity in pieces
        ]
        batch = Batch()
        add_stock(batch, {row.pk: row for row, _quantity in pieces}.values(), log)
        if waiting:
            state, until = Reservation.ALLOCATED, waiting[0].expires_at
            _add_holds(batch, order_token, waiting, pieces, state=state, expires_at=until, now=now)
        batch.run()


def release(*, order_token: str, now: datetime, actor: str, product_ids: Iterable[int] = ()) -> None:
    """Give back what an order holds, or put back what it had taken when it is canceled; twice gives nothing twice.

    `product_ids` are locked along, for whoever writes them in this transaction.
    """
    with transaction.atomic():
        stock = lock_ordered_stock(order_token, product_ids=product_ids)
        rows = stock.rows
        movements = []
        for hold in stock.held:
            if hold.state == Reservation.ALLOCATED:
                row = rows[hold.stock_id]
                row.on_hand_count += hold.quantity
                movements.append(
                    movement(row, hold.quantity, reason="return", reference=order_token, actor=actor, now=now)
                )
        _give_back(stock.held, rows)
        batch = Batch()
        add_stock(batch, rows.values(), movements)
        batch.add("released", _RELEASE, [[hold.id for hold in stock.held]])
        batch.run()


def release_expired(*, now: datetime) -> int:
    """Give back what was held for orders that were not paid in time and return how many orders that were."""
    tokens = list(
        Reservation.objects.filter(state=Reservation.HELD, expires_at__lte=now)
        .order_by("order_token")
        .values_list("order_token", flat=True)
        .distinct()[:RELEASE_BATCH]
    )
    return sum(_release_one_expired(token, now=now) for token in tokens)


def take(rows: Sequence[Stock], quantity: int) -> list[tuple[Stock, int]] | None:
    """Say from which rows that many can be taken, or None where they are not there; nothing is changed."""
    if quantity <= 0:
        return []
    whole = next((row for row in rows if row.available_count >= quantity), None)
    if whole is not None:
        return [(whole, quantity)]
    pieces, missing = [], quantity
    for row in rows:
        given = min(max(row.available_count, 0), missing)
        if given:
            pieces.append((row, given))
            missing -= given
    if missing and not rows[0].may_go_negative:
        return None
    if missing:
        first = next((given for row, given in pieces if row is rows[0]), 0)
        pieces = [(rows[0], first + missing), *((row, given) for row, given in pieces if row is not rows[0])]
    return pieces


def _release_one_expired(order_token: str, *, now: datetime) -> int:
    with transaction.atomic():
        stock = lock_ordered_stock(order_token)
        late = [hold for hold in stock.held if hold.state == Reservation.HELD and hold.expires_at <= now]
        _give_back(late, stock.rows)
        batch = Batch()
        add_stock(batch, stock.rows.values(), [])
        batch.add("released", _RELEASE, [[hold.id for hold in late]])
        batch.run()
    return 1 if late else 0


def _take_lines(stock: OrderedStock, lines: Sequence[tuple[int, int]]) -> Pieces:
    """Return from which rows the lines can be taken.

    Raises: InsufficientStock.
    """
    wanted = {pk: quantity for pk, quantity in units_of(lines, stock.recipes).items() if pk in stock.counted}
    taken = {pk: take(stock.shelves[pk], quantity) for pk, quantity in wanted.items()}
    short = {pk for pk, pieces in taken.items() if pieces is None}
    if short:
        raise InsufficientStock(
            _("There is not enough left of something in the cart."),
            variant_ids=_asked_for(lines, stock.recipes, short),
        )
    return [piece for pieces in taken.values() for piece in pieces or ()]


def _take_late(stock: OrderedStock, late: Iterable[Hold]) -> Pieces:
    """Take what is no longer held out of the rows, and return from which.

    Raises: InsufficientStock.
    """
    rows, missing = stock.rows, dict[int, int]()
    for one in late:
        variant_id = rows[one.stock_id].variant_id
        missing[variant_id] = missing.get(variant_id, 0) + one.quantity
    found = {variant_id: take(stock.shelves[variant_id], quantity) for variant_id, quantity in missing.items()}
    short = [variant_id for variant_id, taken in found.items() if taken is None]
    if short:
        raise InsufficientStock(_("What was ordered has been sold in the meantime."), variant_ids=short)
    pieces = [piece for taken in found.values() for piece in taken or ()]
    for row, quantity in pieces:
        row.on_hand_count -= quantity
    return pieces


def units_of(lines: Iterable[tuple[int, int]], parts: Mapping[int, Mapping[int, int]]) -> dict[int, int]:
    """Return how many units of each variant the lines need, sets taken apart."""
    wanted: dict[int, int] = {}
    for variant_id, quantity in lines:
        for part, count in parts.get(variant_id, {variant_id: 1}).items():
            wanted[part] = wanted.get(part, 0) + quantity * count
    return wanted


def _asked_for(lines: Iterable[tuple[int, int]], parts: Mapping[int, Mapping[int, int]], short: set[int]) -> list[int]:
    """Return the variants of the lines that need something of which there is too little."""
    return sorted({variant_id for variant_id, _q in lines if short & set(parts.get(variant_id, {variant_id: 1}))})


def _give_back(holds: Iterable[Hold], rows: Mapping[int, Stock]) -> None:
    for hold in holds:
        if hold.state == Reservation.HELD:
            rows[hold.stock_id].reserved_count -= hold.quantity


def _add_holds(
    batch: Batch,
    order_token: str,
    before: Sequence[Hold],
    pieces: Pieces,
    *,
    state: str,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Write the order's reservations as they are taken now, from which rows and how many, in place of those before."""
    units: dict[int, int] = {}
    for row, quantity in pieces:
        units[row.pk] = units.get(row.pk, 0) + quantity
    if units:
        batch.add("holds", _HOLD, [order_token, state, expires_at, now, list(units), list(units.values())])
    if before:
        batch.add("let_go", _LET_GO, [[hold.id for hold in before], list(units)])
