"""Where goods lie: warehouses added, renamed, put in order, removed when they are empty."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from storefront.inventory.errors import StockRefused, WarehouseNotFound, WarehouseRefused
from storefront.inventory.locks import lock_stock
from storefront.inventory.models import InventorySettings, Reservation, Stock, StockMovement, Warehouse
from storefront.inventory.services.counting import MAXIMUM_ON_HAND

MAXIMUM_WAREHOUSES = 20
NAME_LENGTH = 120
ADDRESS_PARTS = {"line1": 200, "line2": 200, "city": 120, "province": 120, "postcode": 20, "country": 2}


def create_default_warehouse(*, name: str) -> Warehouse:
    """Give a new store the one place its goods lie in; a store that has one keeps it."""
    warehouse, _created = Warehouse.objects.get_or_create(is_default=True, defaults={"name": name})
    return warehouse


def save_warehouse(*, warehouse_id: int | None, name: str, address: Mapping[str, str]) -> Warehouse:
    """Change a warehouse's name and address, or add one when `warehouse_id` is None.

    Raises: WarehouseRefused, WarehouseNotFound.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_LENGTH:
        raise WarehouseRefused(_("Give the warehouse a name, such as “Portland” or “Shop”."), field="name")
    kept = {key: address.get(key, "").strip()[:most] for key, most in ADDRESS_PARTS.items()}
    with transaction.atomic():
        rows = {row.pk: row for row in Warehouse.objects.select_for_update().order_by("pk")}
        if any(row.name == name and row.pk != warehouse_id for row in rows.values()):
            raise WarehouseRefused(_("Another warehouse has this name already."), field="name")
        if warehouse_id is None:
            if len(rows) >= MAXIMUM_WAREHOUSES:
                raise WarehouseRefused(_("A store has at most %(most)s warehouses.") % {"most": MAXIMUM_WAREHOUSES})
            last = max((row.position for row in rows.values()), default=0)
            return Warehouse.objects.create(name=name, address=kept, is_default=not rows, position=last + 1)
        warehouse = rows.get(warehouse_id)
        if warehouse is None:
            raise _gone()
        warehouse.name, warehouse.address = name, kept
        warehouse.save(update_fields=["name", "address"])
    return warehouse


def make_default(*, warehouse_id: int) -> Warehouse:
    """Let orders take from this warehouse first; goods that are counted for the first time lie there.

    Raises: WarehouseNotFound.
    """
    with transaction.atomic():
        rows = list(Warehouse.objects.select_for_update().order_by("pk"))
        chosen = next((row for row in rows if row.pk == warehouse_id), None)
        if chosen is None:
            raise _gone()
        last = Warehouse.objects.aggregate(last=Max("position"))["last"] or 0
        Warehouse.objects.filter(is_default=True).exclude(pk=chosen.pk).update(is_default=False, position=last + 1)
        chosen.is_default = True
        chosen.save(update_fields=["is_default"])
    return chosen


def remove_warehouse(*, warehouse_id: int) -> str:
    """Take an empty warehouse away and return its name; its history, and what paid orders took there, go to the default one.

    Raises: WarehouseNotFound; WarehouseRefused for the default one and for one that holds goods.
    """
    with transaction.atomic():
        variant_ids = list(Stock.objects.filter(warehouse_id=warehouse_id).values_list("variant_id", flat=True))
        shelves = lock_stock(variant_ids)
        warehouse = Warehouse.objects.select_for_update().filter(pk=warehouse_id).first()
        if warehouse is None:
            raise _gone()
        if warehouse.is_default:
            raise WarehouseRefused(
                _("Orders take from this warehouse first. Choose another one for that, then remove it.")
            )
        rows = Stock.objects.filter(warehouse=warehouse)
        if rows.exclude(on_hand_count=0, reserved_count=0).exists():
            raise WarehouseRefused(
                _(
                    "Goods lie in “%(name)s”. Move them to another warehouse or set them to 0 first. Nothing was changed."
                )
                % {"name": warehouse.name}
            )
        for row in rows:
            if row.variant_id in shelves:
                _hand_over(row, shelves[row.variant_id][0])
        rows.delete()
        name = warehouse.name
        warehouse.delete()
    return name


def set_low_stock(*, threshold: int) -> None:
    """Say from which count on a variant is low, where nothing else is said.

    Raises: StockRefused.
    """
    if not 0 <= threshold <= MAXIMUM_ON_HAND:
        raise StockRefused(_("A count must be between 0 and %(most)s.") % {"most": MAXIMUM_ON_HAND}, field="threshold")
    InventorySettings.objects.update_or_create(pk=1, defaults={"low_stock_threshold": threshold})


def _hand_over(row: Stock, heir: Stock) -> None:
    """Let another row of the variant remember what happened to this one, whose sum is nothing."""
    StockMovement.objects.filter(stock=row).update(stock=heir)
    for reservation in Reservation.objects.filter(stock=row):
        own = Reservation.objects.filter(order_token=reservation.order_token, stock=heir).first()
        if own is None:
            Reservation.objects.filter(pk=reservation.pk).update(stock=heir)
        else:
            Reservation.objects.filter(pk=own.pk).update(quantity=F("quantity") + reservation.quantity)


def _gone() -> WarehouseNotFound:
    return WarehouseNotFound(_("There is no such warehouse. It may have been removed."))
