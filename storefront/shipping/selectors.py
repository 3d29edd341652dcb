"""Read where a store delivers to and for how much."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from core.clock import utc_now
from storefront.catalog.shown import Prices, own_prices
from storefront.shipping.models import ShippingMethod, ShippingZone


@dataclass(frozen=True, slots=True)
class Rate:
    """A way to deliver this cart, priced and dated; amounts in minor units of the currency it was asked in."""

    method_id: int
    name: str
    amount: int
    from_date: date
    to_date: date
    free_over_amount: int | None = None


def list_rates(
    *, country: str, subtotal_amount: int, today: date | None = None, prices: Prices | None = None
) -> list[Rate]:
    """Return the ways to deliver to a country (ISO 3166-1 alpha-2), in the merchant's order; none where nothing goes.

    A zone that names the country goes before the zone for everywhere else. Everything is in the currency of `prices`, by
    default the store's own.
    """
    prices = prices or own_prices()
    day = today or timezone.localdate(utc_now())
    zone = _zone_of(country)
    if zone is None:
        return []
    methods = zone.methods.filter(is_active=True).order_by("position", "pk")
    return [
        Rate(
            method_id=method.pk,
            name=method.name,
            amount=_price(method, subtotal_amount, prices),
            from_date=working_day(day, method.minimum_days),
            to_date=working_day(day, method.maximum_days),
            free_over_amount=prices.convert_or_none(method.free_over_amount),
        )
        for method in methods
    ]


def list_zones() -> list[ShippingZone]:
    """Return the zones with their methods, in the merchant's order."""
    return list(ShippingZone.objects.order_by("position", "pk").prefetch_related("methods"))


def list_methods() -> list[ShippingMethod]:
    """Return every way of delivery of the store, zone by zone."""
    return list(ShippingMethod.objects.select_related("zone").order_by("zone__position", "position", "pk"))


def _zone_of(country: str) -> ShippingZone | None:
    zones = list(ShippingZone.objects.order_by("position", "pk"))
    named = [zone for zone in zones if country in zone.countries]
    rest = [zone for zone in zones if not zone.countries]
    return next(iter(named + rest), None)


def _price(method: ShippingMethod, subtotal_amount: int, prices: Prices) -> int:
    free_over = prices.convert_or_none(method.free_over_amount)
    return 0 if free_over is not None and subtotal_amount >= free_over else prices.convert(method.price_amount)


def working_day(day: date, count: int) -> date:
    """Return the day that many working days later; weekends do not count."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day
