"""Read stock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, Exists, ExpressionWrapper, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import ProductVariant
from storefront.inventory.models import (
    DEFAULT_THRESHOLD,
    InventorySettings,
    Reservation,
    Stock,
    StockMovement,
    Warehouse,
)
from storefront.inventory.recipes import list_parts

VIEWS = ("all", "low", "out")
HISTORY = 50


@dataclass(frozen=True, slots=True)
class WarehouseFacts:
    """A warehouse, how many kinds of goods lie there, and how many units of them."""

    warehouse: Warehouse
    kinds_count: int
    units_count: int


def find_stock(variant_id: int) -> Stock | None:
    """Return the default warehouse's row of a variant, or None where it is not counted."""
    return Stock.objects.filter(variant_id=variant_id, warehouse__is_default=True).first()


def list_held(order_token: str) -> dict[int, int]:
    """Return how many units of each variant are held for an order that is being paid."""
    held = Reservation.objects.filter(order_token=order_token, state=Reservation.HELD)
    units: dict[int, int] = {}
    for variant_id, quantity in held.values_list("stock__variant_id", "quantity"):
        units[variant_id] = units.get(variant_id, 0) + quantity
    return units


def list_sources(order_token: str, variant_ids: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """Return from which warehouses an order takes each of these variants: {variant: [(name, units)]}, most units first.

    A set is taken from where its parts are. Nothing for a store with one warehouse, and for orders from elsewhere.
    """
    taken = Reservation.objects.filter(order_token=order_token).exclude(state=Reservation.RELEASED)
    several = Exists(Warehouse.objects.filter(is_default=False))
    units: dict[int, dict[str, int]] = {}
    for variant_id, name, quantity in taken.filter(several).values_list(
        "stock__variant_id", "stock__warehouse__name", "quantity"
    ):
        places = units.setdefault(variant_id, {})
        places[name] = places.get(name, 0) + quantity
    wanted = set(variant_ids)
    if units and wanted - set(units):
        for bundle_id, parts in list_parts(wanted - set(units)).items():
            for part in parts:
                units.setdefault(bundle_id, {}).update(units.get(part, {}))
    return {
        variant_id: sorted(places.items(), key=lambda place: -place[1])
        for variant_id, places in units.items()
        if variant_id in wanted
    }


def sets_from_units(units: Mapping[int, int], variant_ids: Iterable[int]) -> dict[int, int]:
    """Return how many of each set among these variants such units of parts make."""
    return {
        bundle_id: min(units.get(part, 0) // quantity for part, quantity in parts.items())
        for bundle_id, parts in list_parts(variant_ids).items()
    }


def get_settings() -> InventorySettings:
    """Return the store's rules for stock; the defaults where nobody has changed them."""
    return InventorySettings.objects.filter(pk=1).first() or InventorySettings(low_stock_threshold=DEFAULT_THRESHOLD)


def list_warehouses() -> list[Warehouse]:
    """Return the warehouses as orders take from them: the default one, then in the merchant's order."""
    return list(Warehouse.objects.order_by("-is_default", "position", "pk"))


def list_warehouse_facts() -> list[WarehouseFacts]:
    """Return each warehouse with what lies in it, in the same order."""
    counted = Warehouse.objects.annotate(
        kinds=Count("stock", filter=~Q(stock__on_hand_count=0) | ~Q(stock__reserved_count=0)),
        units=Coalesce(Sum("stock__on_hand_count"), Value(0)),
    ).order_by("-is_default", "position", "pk")
    return [WarehouseFacts(one, one.kinds, one.units) for one in counted]


def list_shelves(variant_ids: Iterable[int]) -> dict[int, dict[int, Stock]]:
    """Return the stock of variants by warehouse: {variant: {warehouse: row}}; one query."""
    shelves: dict[int, dict[int, Stock]] = {}
    for row in Stock.objects.filter(variant_id__in=list(variant_ids)):
        shelves.setdefault(row.variant_id, {})[row.warehouse_id] = row
    return shelves


def list_counted(
    *, view: str = "all", query: str = "", warehouse_id: int | None = None, low_at: int = DEFAULT_THRESHOLD
) -> QuerySet[ProductVariant]:
    """Return the variants whose stock is counted, scarcest first in `low` and `out`; `low_at` is the store's threshold.

    With a warehouse, low and out are what that one has.
    """
    variants = (
        ProductVariant.objects.filter(tracks_stock=True, bundle_items=None)
        .exclude(product__status=ProductStatus.ARCHIVED)
        .select_related("product")
    )
    words = query.strip()
    if words:
        variants = variants.filter(
            Q(product__title__icontains=words) | Q(title__icontains=words) | Q(sku__icontains=words) | Q(barcode=words)
        )
    if view == "out":
        variants = _out(variants, warehouse_id)
    elif view == "low":
        variants = variants.filter(pk__in=_low(warehouse_id, low_at).values("variant_id"))
    return variants.order_by(*(("available_count",) if view != "all" else ()), "product__title", "position", "pk")


def list_movable(*, warehouse_id: int, query: str = "") -> QuerySet[ProductVariant]:
    """Return the counted variants of which a warehouse has some that no order holds."""
    free = Stock.objects.filter(warehouse_id=warehouse_id, on_hand_count__gt=F("reserved_count"))
    return list_counted(query=query).filter(pk__in=free.values("variant_id"))


def count_counted(*, warehouse_id: int | None = None, low_at: int = DEFAULT_THRESHOLD) -> dict[str, int]:
    """Return how many variants each tab of the inventory holds."""
    return {view: list_counted(view=view, warehouse_id=warehouse_id, low_at=low_at).count() for view in VIEWS}


def list_movements(variant_id: int, *, warehouse_id: int | None = None) -> list[StockMovement]:
    """Return the latest changes of a variant's stock, newest first."""
    moved = StockMovement.objects.filter(stock__variant_id=variant_id).select_related("stock__warehouse")
    if warehouse_id is not None:
        moved = moved.filter(stock__warehouse_id=warehouse_id)
    return list(moved.order_by("-created_at", "-pk")[:HISTORY])


def count_low() -> int:
    """Return how many variants on sale are low or out somewhere, for the list of things to do."""
    low = _low(None, get_settings().low_stock_threshold).filter(variant__product__status=ProductStatus.ACTIVE)
    return low.values("variant_id").distinct().count()


def _low(warehouse_id: int | None, low_at: int) -> QuerySet[Stock]:
    """Return the rows at or under their threshold that somebody counts: none that was never filled stands in the list."""
    rows = Stock.objects.annotate(
        free=ExpressionWrapper(
            F("on_hand_count") - F("reserved_count"), output_field=Stock._meta.get_field("on_hand_count")
        ),
        is_low=Case(
            When(free__lte=Coalesce(F("low_threshold"), Value(low_at)), then=Value(value=True)),
            default=Value(value=False),
            output_field=BooleanField(),
        ),
    ).filter(is_low=True, variant__tracks_stock=True)
    if warehouse_id is not None:
        return rows.filter(warehouse_id=warehouse_id)
    # A shelf of a second warehouse that never held anything is not a shortage.
    return rows.filter(Q(warehouse__is_default=True) | Q(low_threshold__isnull=False) | Q(on_hand_count__gt=0))


def _out(variants: QuerySet[ProductVariant], warehouse_id: int | None) -> QuerySet[ProductVariant]:
    if warehouse_id is None:
        return variants.filter(available_count__lte=0)
    here = Stock.objects.filter(warehouse_id=warehouse_id, on_hand_count__gt=F("reserved_count"))
    return variants.exclude(pk__in=here.values("variant_id"))
