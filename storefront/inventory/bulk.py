"""Set the stock of many variants from a file, without touching what is held for orders."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from storefront.inventory.locks import lock_stock
from storefront.inventory.services.counting import rows_in_warehouse, spread_available
from storefront.inventory.services.writing import movement, write_stock


def set_sellable_stock(
    *,
    rows: Sequence[tuple[int, int | None]],
    actor: str,
    now: datetime,
    reason: str = "import",
    warehouse_id: int | None = None,
) -> None:
    """Set how many of each `(variant_id, quantity)` can be sold; what is promised to orders lies there besides.

    None leaves the number. A number below zero becomes zero unless the variant sells when out. Variants that are not
    counted are left alone. With several warehouses the named one, else the default one, takes the difference.

    Raises: WarehouseNotFound.
    """
    wanted = dict(rows)
    with transaction.atomic():
        shelves = lock_stock(wanted)
        if warehouse_id is not None:
            chosen = rows_in_warehouse(shelves, warehouse_id)
            shelves = {
                pk: [chosen[pk], *(one for one in shelf if one.pk != chosen[pk].pk)] for pk, shelf in shelves.items()
            }
        movements = []
        for variant_id, shelf in shelves.items():
            quantity = wanted[variant_id]
            if quantity is not None:
                spread_available(shelf, quantity if shelf[0].may_go_negative else max(quantity, 0))
            elif not shelf[0].may_go_negative:
                spread_available(shelf, max(sum(row.available_count for row in shelf), 0))
            movements += [
                movement(row, row.on_hand_count - row.before, reason=reason, actor=actor, now=now)  # type: ignore[attr-defined]
                for row in shelf
                if row.on_hand_count != getattr(row, "before", row.on_hand_count)
            ]
        write_stock([row for shelf in shelves.values() for row in shelf], movements)
