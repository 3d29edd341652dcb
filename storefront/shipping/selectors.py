"""Read where a store delivers to and for how much."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.clock import utc_now
from core.db.prepared import prepared_cursor
from storefront.catalog.shown import Prices, own_prices
from storefront.shipping.enums import MethodKind
from storefront.shipping.errors import MethodNotFound, ZoneNotFound
from storefront.shipping.models import ShippingMethod, ShippingSettings, ShippingZone
from storefront.shipping.rates import Offer, Parcel, Rate, Row, make_offer

_WAY = """json_build_object(
    'id', m.id, 'name', m.name, 'text', m.text, 'translations', m.translations, 'basis', m.basis,
    'price_amount', m.price_amount, 'amounts', m.amounts,
    'free_over_amount', m.free_over_amount, 'free_over_amounts', m.free_over_amounts,
    'bands', CASE WHEN m.basis <> 'flat' THEN (
        SELECT json_agg(json_build_object('up_to', b.up_to, 'amount', b.amount, 'amounts', b.amounts) ORDER BY b.up_to NULLS LAST)
        FROM shipping_shippingband AS b WHERE b.method_id = m.id) END,
    'minimum_days', m.minimum_days + coalesce(s.handling_days, 0),
    'maximum_days', m.maximum_days + coalesce(s.handling_days, 0){more})"""
_PARCEL = _WAY.format(more="")
_PICKUP = _WAY.format(more=", 'hours', m.hours, 'place', json_build_object('address', w.address, 'warehouse_id', w.id)")
# Everything that delivery goes by, as one JSON value; a product's page reads it for the store (`storefront.catalog.page_parts`).
DELIVERY = f"""
    SELECT json_build_object(
        'zones', (
            SELECT json_agg(json_build_object(
                'id', z.id, 'name', z.name, 'countries', z.countries, 'regions', z.regions,
                'ways', (SELECT json_agg({_PARCEL} ORDER BY m.position, m.id)
                         FROM shipping_shippingmethod AS m WHERE m.zone_id = z.id AND m.is_active)) ORDER BY z.position, z.id)
            FROM shipping_shippingzone AS z),
        'pickups', (
            SELECT json_agg({_PICKUP} ORDER BY m.position, m.id)
            FROM shipping_shippingmethod AS m JOIN inventory_warehouse AS w ON w.id = m.warehouse_id
            WHERE m.kind = 'pickup' AND m.is_active))
    FROM (SELECT 1) AS one LEFT JOIN shipping_shippingsettings AS s ON true"""  # noqa: S608


def list_rates(
    *,
    country: str,
    subtotal_amount: int,
    weight_grams: int = 0,
    region: str = "",
    today: date | None = None,
    prices: Prices | None = None,
) -> list[Rate]:
    """Return the ways to deliver to a country (ISO 3166-1 alpha-2), in the merchant's order; none where nothing goes.

    `region` is a province as somebody wrote it. Everything is in the currency of `prices`, by default the store's own. One
    query.
    """
    parcel = Parcel(country=country, region=region, subtotal_amount=subtotal_amount, weight_grams=weight_grams)
    return list(get_offer(parcel, today=today, prices=prices).rates)


def get_offer(parcel: Parcel, *, today: date | None = None, prices: Prices | None = None) -> Offer:
    """Return the ways to deliver a parcel and, where there are none, why; one query."""
    return make_offer(get_delivery(), parcel, prices=prices or own_prices(), today=today or _today())


def is_pickup(method_id: int | None) -> bool:
    """Tell whether a way to get an order is one to pick it up."""
    return method_id is not None and ShippingMethod.objects.filter(pk=method_id, kind=MethodKind.PICKUP).exists()


def delivers_to(country: str) -> bool:
    """Tell whether some order can be sent to some part of a country, or is picked up; one query."""
    delivery = get_delivery()
    zones = [zone for zone in delivery["zones"] or () if zone["ways"]]
    return bool(delivery["pickups"]) or any(country in zone["countries"] or not zone["countries"] for zone in zones)


def get_delivery() -> Row:
    """Return everything that the current store's delivery goes by, as `storefront.shipping.rates` reads it."""
    with prepared_cursor() as cursor:
        cursor.execute(f"SELECT ({DELIVERY})::text")
        found: Mapping[str, Any] = json.loads(cursor.fetchone()[0])
    return found


def list_zones() -> list[ShippingZone]:
    """Return the zones with their ways of delivery and their steps, in the merchant's order; three queries."""
    zones = ShippingZone.objects.order_by("position", "pk")
    return list(zones.prefetch_related("methods__bands"))


def list_pickup_methods() -> list[ShippingMethod]:
    """Return the ways to pick an order up, in the merchant's order."""
    found = ShippingMethod.objects.filter(zone__isnull=True).select_related("warehouse")
    return list(found.order_by("position", "pk"))


def get_zone(pk: int) -> ShippingZone:
    """Return a zone with its ways of delivery.

    Raises: ZoneNotFound.
    """
    zone = ShippingZone.objects.filter(pk=pk).first()
    if zone is None:
        raise ZoneNotFound(_("There is no such zone. It may have been removed."))
    return zone


def get_method(pk: int) -> ShippingMethod:
    """Return a way of delivery with its zone or its warehouse.

    Raises: MethodNotFound.
    """
    method = ShippingMethod.objects.select_related("zone", "warehouse").filter(pk=pk).first()
    if method is None:
        raise MethodNotFound(_("There is no such way of delivery. It may have been removed."))
    return method


def get_handling_days() -> int:
    """Return how many working days go by before a parcel leaves."""
    return ShippingSettings.objects.values_list("handling_days", flat=True).first() or 0


def _today() -> date:
    return timezone.localdate(utc_now())
