"""Take goods from one warehouse to another."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.catalog.models import ProductVariant
from storefront.inventory.errors import StockRefused, VariantNotFound, WarehouseNotFound
from storefront.inventory.locks import lock_stock
from storefront.inventory.models import Stock, StockMovement, Warehouse
from storefront.inventory.services.writing import movement, write_stock

MOVED = "moved"
MOST_KINDS = 500


def move_stock(
    *, units: Mapping[int, int], from_id: int, to_id: int, actor: str, now: datetime, note: str = ""
) -> list[StockMovement]:
    """Move so many of each variant (`units`, by id) between two warehouses, all or none; return both sides of each move.

    What is held for orders stays where it lies: only what is free can go.
    Raises: StockRefused, WarehouseNotFound, VariantNotFound for one that is not counted.
    """
    wanted = {variant_id: count for variant_id, count in units.items() if count}
    if from_id == to_id:
        raise StockRefused(_("Choose two different warehouses. Nothing was moved."), field="to")
    if not wanted or min(wanted.values()) < 0 or len(wanted) > MOST_KINDS:
        raise StockRefused(_("Write how many go, such as 12. Nothing was moved."), field="count")
    with transaction.atomic():
        shelves = lock_stock(wanted)
        places = {one.pk: one for one in _lock_places(from_id, to_id)}
        if len(places) < len({from_id, to_id}):
            raise WarehouseNotFound(_("There is no such warehouse. It may have been removed."))
        written: list[Stock] = []
        log: list[StockMovement] = []
        for variant_id, count in wanted.items():
            if variant_id not in shelves:
                raise VariantNotFound(_("There is no such variant, or its stock is not counted."))
            rows = {row.warehouse_id: row for row in shelves[variant_id]}
            source = rows.get(from_id)
            free = max(source.available_count, 0) if source else 0
            if source is None or count > free:
                raise _too_many(variant_id, free, places[from_id], is_one=len(wanted) == 1)
            target = rows.get(to_id) or Stock.objects.create(
                variant=source.variant, warehouse=places[to_id], may_go_negative=source.may_go_negative
            )
            source.on_hand_count -= count
            target.on_hand_count += count
            written += [source, target]
            log += [
                movement(source, -count, reason=MOVED, reference=note, actor=actor, now=now),
                movement(target, count, reason=MOVED, reference=note, actor=actor, now=now),
            ]
        write_stock(written, log)
    return log


def _too_many(variant_id: int, free: int, place: Warehouse, *, is_one: bool) -> StockRefused:
    facts = {"free": free, "name": place.name}
    if is_one:
        return StockRefused(_("Only %(free)s can go from “%(name)s”. Nothing was moved.") % facts, field="count")
    variant = ProductVariant.objects.select_related("product").get(pk=variant_id)
    facts["title"] = f"{variant.product.title}, {variant.title}" if variant.title else variant.product.title
    return StockRefused(
        _("Only %(free)s of “%(title)s” can go from “%(name)s”. Nothing was moved.") % facts, field="count"
    )


def _lock_places(*keys: int) -> list[Warehouse]:
    """Lock the warehouses against being removed while goods are on their way; rows that point at them are not held up."""
    return list(Warehouse.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
