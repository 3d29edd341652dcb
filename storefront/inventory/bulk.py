"""Set the stock of many variants from a file, without touching what is held for orders."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Sum

from storefront.catalog.models import ProductVariant
from storefront.catalog.services import refresh_product_summary
from storefront.inventory.locks import lock_stock
from storefront.inventory.models import Stock, StockMovement


def set_sellable_stock(
    *, rows: Sequence[tuple[int, int | None]], actor: str, now: datetime, reason: str = "import"
) -> None:
    """Set how many of each `(variant_id, quantity)` can be sold; what is promised to orders lies there besides.

    None leaves the number. A number below zero becomes zero unless the variant sells when out. Variants that are not
    counted are left alone.
    """
    wanted = dict(rows)
    with transaction.atomic():
        stock = lock_stock(wanted)
        movements = []
        for variant_id, row in stock.items():
            quantity = wanted[variant_id]
            on_hand = row.on_hand_count if quantity is None else quantity + row.reserved_count
            if not row.may_go_negative:
                on_hand = max(on_hand, row.reserved_count)
            if on_hand != row.on_hand_count:
                movements.append(
                    StockMovement(
                        stock=row, delta=on_hand - row.on_hand_count, reason=reason, actor=actor, created_at=now
                    )
                )
            row.on_hand_count = on_hand
        if not stock:
            return
        Stock.objects.bulk_create(
            stock.values(),
            update_conflicts=True,
            unique_fields=["variant", "warehouse"],
            update_fields=["on_hand_count", "may_go_negative"],
        )
        StockMovement.objects.bulk_create(movements)
        _repeat_counts(stock)


def _repeat_counts(stock: dict[int, Stock]) -> None:
    available = (
        Stock.objects.filter(variant=OuterRef("pk"))
        .values("variant")
        .annotate(available=Sum(F("on_hand_count") - F("reserved_count")))
        .values("available")
    )
    ProductVariant.objects.filter(pk__in=list(stock)).update(available_count=Subquery(available))
    refresh_product_summary({row.variant.product_id for row in stock.values()})
