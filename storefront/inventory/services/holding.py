"""Who goods are held for: reserved while a shopper pays, taken when the money is here, given back otherwise."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.inventory.errors import InsufficientStock, StockRefused
from storefront.inventory.locks import lock_held_stock, lock_ordered_stock, rows_by_key
from storefront.inventory.models import Reservation, Stock
from storefront.inventory.services.writing import movement, write_stock

RELEASE_BATCH = 200


def reserve(
    *, order_token: str, lines: Sequence[tuple[int, int]], now: datetime, expires_at: datetime
) -> list[Reservation]:
    """Hold exactly these `(variant_id, quantity)` for an order until `expires_at`; what it held before is given back.

    Of a set its parts are held. One warehouse that has all of a variant goes before several that have it together.
    Raises: InsufficientStock naming the variants; then the order holds what it held before.
    """
    with transaction.atomic():
        parts, shelves = lock_ordered_stock(order_token, [variant_id for variant_id, _quantity in lines])
        wanted = units_of(lines, parts)
        held = _reservations(order_token)
        if any(reservation.state == Reservation.ALLOCATED for reservation in held):
            raise StockRefused(_("What was paid for cannot be held anew."))
        rows = rows_by_key(shelves)
        _give_back(held, rows)
        taken = {pk: take(shelves[pk], quantity) for pk, quantity in wanted.items() if pk in shelves}
        short = {pk for pk, pieces in taken.items() if pieces is None}
        if short:
            raise InsufficientStock(
                _("There is not enough left of something in the cart."), variant_ids=_asked_for(lines, parts, short)
            )
        new = []
        for pieces in taken.values():
            for row, quantity in pieces or ():
                row.reserved_count += quantity
                new.append(
                    Reservation(
                        order_token=order_token, stock=row, quantity=quantity, expires_at=expires_at, created_at=now
                    )
                )
        write_stock(rows.values(), [])
        Reservation.objects.filter(pk__in=[reservation.pk for reservation in held]).delete()
        return Reservation.objects.bulk_create(new)


def allocate(*, order_token: str, now: datetime, actor: str, product_ids: Iterable[int] = ()) -> None:
    """Take what is held for a paid order out of the stock; what ran out of time is taken if it is still there.

    Doing it twice takes nothing twice. `product_ids` are locked along, for whoever writes them in this transaction.
    Raises: InsufficientStock, and then nothing is taken.
    """
    with transaction.atomic():
        shelves = lock_held_stock(order_token, product_ids=product_ids)
        rows = rows_by_key(shelves)
        waiting = [one for one in _reservations(order_token) if one.state != Reservation.ALLOCATED]
        late = [one for one in waiting if one.state != Reservation.HELD]
        _give_back(waiting, rows)
        pieces: list[tuple[Stock, int]] = [
            (rows[one.stock_id], one.quantity) for one in waiting if one.state == Reservation.HELD
        ]
        for row, quantity in pieces:
            row.on_hand_count -= quantity
        missing: dict[int, int] = {}
        for one in late:
            missing[one.stock.variant_id] = missing.get(one.stock.variant_id, 0) + one.quantity
        found = {variant_id: take(shelves[variant_id], quantity) for variant_id, quantity in missing.items()}
        short = [variant_id for variant_id, taken in found.items() if taken is None]
        if short:
            raise InsufficientStock(_("What was ordered has been sold in the meantime."), variant_ids=short)
        for taken in found.values():
            for row, quantity in taken or ():
                row.on_hand_count -= quantity
                pieces.append((row, quantity))
        log = [
            movement(row, -quantity, reason="sale", reference=order_token, actor=actor, now=now)
            for row, quantity in pieces
        ]
        write_stock({row.pk: row for row, _quantity in pieces}.values(), log)
        _rewrite(order_token, waiting, pieces, now=now)


def release(*, order_token: str, now: datetime, actor: str, product_ids: Iterable[int] = ()) -> None:
    """Give back what an order holds, or put back what it had taken when it is canceled; twice gives nothing twice.

    `product_ids` are locked along, for whoever writes them in this transaction.
    """
    with transaction.atomic():
        rows = rows_by_key(lock_held_stock(order_token, product_ids=product_ids))
        reservations = _reservations(order_token)
        movements = []
        for reservation in reservations:
            if reservation.state == Reservation.ALLOCATED:
                row = rows[reservation.stock_id]
                row.on_hand_count += reservation.quantity
                movements.append(
                    movement(row, reservation.quantity, reason="return", reference=order_token, actor=actor, now=now)
                )
        _give_back(reservations, rows)
        write_stock(rows.values(), movements)
        Reservation.objects.filter(order_token=order_token).update(state=Reservation.RELEASED)


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
        rows = rows_by_key(lock_held_stock(order_token))
        late = [
            reservation
            for reservation in _reservations(order_token)
            if reservation.state == Reservation.HELD and reservation.expires_at <= now
        ]
        _give_back(late, rows)
        write_stock(rows.values(), [])
        Reservation.objects.filter(pk__in=[row.pk for row in late]).update(state=Reservation.RELEASED)
    return 1 if late else 0


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


def _reservations(order_token: str) -> list[Reservation]:
    """Return the order's reservations; call it when the stock rows are locked."""
    return list(Reservation.objects.filter(order_token=order_token).select_related("stock").order_by("pk"))


def _give_back(reservations: Iterable[Reservation], rows: Mapping[int, Stock]) -> None:
    for reservation in reservations:
        row = rows.get(reservation.stock_id)
        if row is not None and reservation.state == Reservation.HELD:
            row.reserved_count -= reservation.quantity


def _rewrite(
    order_token: str, waiting: Sequence[Reservation], pieces: Sequence[tuple[Stock, int]], *, now: datetime
) -> None:
    """Write the order's reservations as they were taken in the end: from which rows, and how many."""
    if not waiting:
        return
    units: dict[int, int] = {}
    for row, quantity in pieces:
        units[row.pk] = units.get(row.pk, 0) + quantity
    expires_at = waiting[0].expires_at
    Reservation.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    Reservation.objects.bulk_create(
        Reservation(
            order_token=order_token,
            stock_id=stock_id,
            quantity=quantity,
            state=Reservation.ALLOCATED,
            expires_at=expires_at,
            created_at=now,
        )
        for stock_id, quantity in units.items()
    )
