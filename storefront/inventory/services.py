"""Change how many there are, and who they are held for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from storefront.catalog.models import ProductVariant
from storefront.catalog.services import refresh_product_summary
from storefront.inventory.errors import InsufficientStock, StockRefused, VariantNotFound
from storefront.inventory.locks import lock_held_stock, lock_stock
from storefront.inventory.models import Reservation, Stock, StockMovement, Warehouse

MAXIMUM_ON_HAND = 10_000_000
RELEASE_BATCH = 200


def create_default_warehouse(*, name: str) -> Warehouse:
    """Give a new store the one place its goods lie in; a store that has one keeps it."""
    warehouse, _created = Warehouse.objects.get_or_create(is_default=True, defaults={"name": name})
    return warehouse


def set_stock(
    *, variant_id: int, on_hand_count: int, actor: str, now: datetime, reason: str = "adjustment"
) -> Stock | None:
    """Set how many of a variant lie in the default warehouse; None for a variant that is not counted.

    Raises: StockRefused below zero, above ten million, or below what is held for orders; VariantNotFound.
    """
    if not ProductVariant.objects.filter(pk=variant_id).exists():
        raise VariantNotFound(_("There is no such variant."))
    return set_stock_bulk(rows=[(variant_id, on_hand_count)], actor=actor, now=now, reason=reason).get(variant_id)


def set_available(*, variant_id: int, quantity: int, actor: str, now: datetime) -> Stock | None:
    """Set how many of a variant can be sold, beside those that are held for orders.

    Raises: StockRefused.
    """
    with transaction.atomic():
        row = lock_stock([variant_id]).get(variant_id)
        if row is None:
            return None
        return set_stock(variant_id=variant_id, on_hand_count=row.reserved_count + quantity, actor=actor, now=now)


def set_stock_bulk(
    *, rows: Iterable[tuple[int, int]], actor: str, now: datetime, reason: str = "adjustment"
) -> dict[int, Stock]:
    """Set the counts of many `(variant_id, on_hand_count)` at once, all or none, and return the rows by variant.

    Raises: StockRefused.
    """
    wanted = dict(rows)
    with transaction.atomic():
        stock = lock_stock(wanted)
        movements = []
        for variant_id, row in stock.items():
            count = wanted[variant_id]
            _check_count(row, count)
            if count != row.on_hand_count:
                movements.append(
                    StockMovement(
                        stock=row, delta=count - row.on_hand_count, reason=reason, actor=actor, created_at=now
                    )
                )
            row.on_hand_count = count
        _write(stock.values(), movements)
    return stock


def reserve(
    *, order_token: str, lines: Sequence[tuple[int, int]], now: datetime, expires_at: datetime
) -> list[Reservation]:
    """Hold exactly these `(variant_id, quantity)` for an order until `expires_at`; what it held before is given back.

    Raises: InsufficientStock naming the variants; then the order holds what it held before.
    """
    wanted: dict[int, int] = {}
    for variant_id, quantity in lines:
        wanted[variant_id] = wanted.get(variant_id, 0) + quantity
    with transaction.atomic():
        before = list(Reservation.objects.filter(order_token=order_token).values_list("stock__variant_id", flat=True))
        stock = lock_stock([*wanted, *before])
        held = _reservations(order_token)
        if any(reservation.state == Reservation.ALLOCATED for reservation in held.values()):
            raise StockRefused(_("What was paid for cannot be held anew."))
        _give_back(held.values(), stock)
        short = [pk for pk, row in stock.items() if not _has(row, wanted.get(pk, 0))]
        if short:
            raise InsufficientStock(_("There is not enough left of something in the cart."), variant_ids=short)
        rows = []
        for variant_id, quantity in wanted.items():
            if variant_id not in stock:
                continue
            row = stock[variant_id]
            row.reserved_count += quantity
            rows.append(
                Reservation(
                    order_token=order_token, stock=row, quantity=quantity, expires_at=expires_at, created_at=now
                )
            )
        _write(stock.values(), [])
        Reservation.objects.filter(pk__in=[reservation.pk for reservation in held.values()]).delete()
        return Reservation.objects.bulk_create(rows)


def allocate(*, order_token: str, now: datetime, actor: str) -> None:
    """Take what is held for a paid order out of the stock; what ran out of time is taken if it is still there.

    Doing it twice takes nothing twice. Raises: InsufficientStock, and then nothing is taken.
    """
    with transaction.atomic():
        stock = lock_held_stock(order_token)
        movements, done, short = [], [], []
        for variant_id, reservation in _reservations(order_token).items():
            row = stock.get(variant_id)
            if row is None or reservation.state == Reservation.ALLOCATED:
                continue
            if reservation.state == Reservation.HELD:
                row.reserved_count -= reservation.quantity
            elif not _has(row, reservation.quantity):
                short.append(variant_id)
                continue
            row.on_hand_count -= reservation.quantity
            done.append(reservation.pk)
            movements.append(_movement(row, -reservation.quantity, "sale", order_token, actor, now))
        if short:
            raise InsufficientStock(_("What was ordered has been sold in the meantime."), variant_ids=short)
        _write(stock.values(), movements)
        Reservation.objects.filter(pk__in=done).update(state=Reservation.ALLOCATED)


def release(*, order_token: str, now: datetime, actor: str) -> None:
    """Give back what an order holds, or put back what it had taken when it is canceled; twice gives nothing twice."""
    with transaction.atomic():
        stock = lock_held_stock(order_token)
        reservations = _reservations(order_token)
        movements = []
        for variant_id, reservation in reservations.items():
            row = stock.get(variant_id)
            if row is None or reservation.state != Reservation.ALLOCATED:
                continue
            row.on_hand_count += reservation.quantity
            movements.append(_movement(row, reservation.quantity, "return", order_token, actor, now))
        _give_back(reservations.values(), stock)
        _write(stock.values(), movements)
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


def _release_one_expired(order_token: str, *, now: datetime) -> int:
    with transaction.atomic():
        stock = lock_held_stock(order_token)
        late = [
            reservation
            for variant_id, reservation in _reservations(order_token).items()
            if variant_id in stock and reservation.state == Reservation.HELD and reservation.expires_at <= now
        ]
        _give_back(late, stock)
        _write(stock.values(), [])
        Reservation.objects.filter(pk__in=[row.pk for row in late]).update(state=Reservation.RELEASED)
    return 1 if late else 0


def _reservations(order_token: str) -> dict[int, Reservation]:
    """Return the order's reservations by variant; call it when the stock rows are locked."""
    rows = Reservation.objects.filter(order_token=order_token).select_related("stock").order_by("pk")
    return {row.stock.variant_id: row for row in rows}


def _give_back(reservations: Iterable[Reservation], stock: Mapping[int, Stock]) -> None:
    for reservation in reservations:
        row = stock.get(reservation.stock.variant_id)
        if row is not None and reservation.state == Reservation.HELD:
            row.reserved_count -= reservation.quantity


def _has(row: Stock, quantity: int) -> bool:
    return quantity == 0 or row.may_go_negative or row.on_hand_count - row.reserved_count >= quantity


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


def _movement(row: Stock, delta: int, reason: str, reference: str, actor: str, now: datetime) -> StockMovement:
    return StockMovement(stock=row, delta=delta, reason=reason, reference=reference, actor=actor, created_at=now)


def _write(rows: Iterable[Stock], movements: Sequence[StockMovement]) -> None:
    """Write locked rows, their log, and the numbers that variants and products repeat."""
    changed = list(rows)
    if not changed:
        return
    Stock.objects.bulk_update(changed, ["on_hand_count", "reserved_count", "may_go_negative"])
    StockMovement.objects.bulk_create(movements)
    available = (
        Stock.objects.filter(variant=OuterRef("pk"))
        .values("variant")
        .annotate(available=Sum(F("on_hand_count") - F("reserved_count")))
        .values("available")
    )
    variants = ProductVariant.objects.filter(pk__in=[row.variant_id for row in changed])
    variants.update(available_count=Subquery(available))
    refresh_product_summary({row.variant.product_id for row in changed})
