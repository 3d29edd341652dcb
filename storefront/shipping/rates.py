"""What it costs to get an order somewhere, worked out from what a store has set; no question is asked here.

What is read is made by `DELIVERY` of `storefront.shipping.selectors`: ``{"zones": [{…, "ways": [way]}], "pickups": [way]}``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from storefront.catalog.shown import Prices
from storefront.catalog.translations import say
from storefront.customers.postal.regions import find_region
from storefront.shipping.enums import Basis, Refusal

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be sent and where: ISO 3166-1 alpha-2 country, a region as typed, minor units of the shown currency, grams."""

    country: str
    region: str = ""
    subtotal_amount: int = 0
    weight_grams: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an order is picked up; `address` has the keys of `Warehouse.address`."""

    address: Mapping[str, str]
    hours: str
    warehouse_id: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A way to get this cart, priced and dated; amounts in minor units of the currency it was asked in.

    `name` is in the reader's language, `own_name` in the store's; `days` are working days, at least and at most; `is_stepped`
    tells of a price by weight or value; `place` is where it is picked up, None where it is sent.
    """

    method_id: int
    name: str
    amount: int
    from_date: date
    to_date: date
    free_over_amount: int | None = None
    text: str = ""
    own_name: str = ""
    days: tuple[int, int] = (0, 0)
    is_stepped: bool = False
    place: Place | None = None

    @property
    def is_pickup(self) -> bool:
        return self.place is not None


@dataclass(frozen=True, slots=True)
class Offer:
    """The ways to get a parcel somewhere, of which zone, and why there are none where there are none."""

    rates: tuple[Rate, ...]
    zone: Row | None
    refusal: Refusal | None


def make_offer(delivery: Row | None, parcel: Parcel, *, prices: Prices, today: date) -> Offer:
    """Return the ways to send a parcel, in the merchant's order; the zone that names the place most closely is asked."""
    zone = find_zone(delivery, country=parcel.country, region=parcel.region)
    if zone is None:
        if not any(parcel.country in one["countries"] for one in (delivery or {}).get("zones") or ()):
            return Offer((), None, Refusal.NOWHERE)
        return Offer((), None, Refusal.PART if find_region(parcel.country, parcel.region) else Refusal.REGION)
    rates = tuple(price_ways(zone["ways"] or (), parcel, prices=prices, today=today))
    if rates:
        return Offer(rates, zone, None)
    return Offer((), zone, Refusal.LIMIT if zone["ways"] else Refusal.NOWHERE)


def price_ways(ways: Iterable[Row], parcel: Parcel, *, prices: Prices, today: date) -> list[Rate]:
    """Return those of the ways that take the parcel, priced and dated."""
    found = []
    for way in ways:
        amount = price_way(way, parcel, prices=prices)
        if amount is not None:
            found.append(_rate(way, amount, prices=prices, today=today))
    return found


def find_zone(delivery: Row | None, *, country: str, region: str = "") -> Row | None:
    """Return the zone of a place: one that names its region, else its country as a whole, else the one for everywhere else."""
    zones: list[Row] = list((delivery or {}).get("zones") or ())
    named = [zone for zone in zones if country in zone["countries"]]
    code = find_region(country, region) if any(country in zone["regions"] for zone in named) else ""
    close = [zone for zone in named if code and code in zone["regions"].get(country, ())]
    whole = [zone for zone in named if country not in zone["regions"]]
    # Where zones name parts of a country, an unknown part of it is asked for and not taken for the rest of the world.
    rest = [zone for zone in zones if not zone["countries"]] if code or not named else []
    return next(iter(close + whole + rest), None)


def find_pickup(delivery: Row, method_id: int | None) -> Row | None:
    """Return the way to pick an order up that was chosen; the first one where the store sends nothing anywhere."""
    ways: list[Row] = list(delivery["pickups"] or ())
    chosen = next((way for way in ways if way["id"] == method_id), None)
    if chosen is None and ways and not any(zone["ways"] for zone in delivery["zones"] or ()):
        return ways[0]
    return chosen


def price_way(way: Row, parcel: Parcel, *, prices: Prices) -> int | None:
    """Return what a way costs for a parcel, or None where the parcel is beyond its last step."""
    steps = way["bands"] or ()
    if way["basis"] == Basis.FLAT:
        amount = amount_in(prices, way["price_amount"], way["amounts"])
    else:
        step = _find_step(way["basis"], steps, parcel, prices)
        if step is None:
            return None
        amount = amount_in(prices, step["amount"], step["amounts"])
    limit = free_over(way, prices)
    return 0 if limit is not None and parcel.subtotal_amount >= limit else amount


def free_over(way: Row, prices: Prices) -> int | None:
    """Return the subtotal from which a way is free, in the shown currency; None for never."""
    own = way["free_over_amount"]
    return None if own is None else amount_in(prices, own, way["free_over_amounts"])


def amount_in(prices: Prices, own_amount: int, by_hand: Mapping[str, int] | None) -> int:
    """Return an amount of the store's currency in the shown one: as set by hand for it, else converted."""
    if not prices.is_own and by_hand and prices.currency in by_hand:
        return by_hand[prices.currency]
    return prices.convert(own_amount)


def _find_step(basis: str, steps: Iterable[Row], parcel: Parcel, prices: Prices) -> Row | None:
    for step in steps:
        if step["up_to"] is None:
            return step
        if basis == Basis.WEIGHT and parcel.weight_grams <= step["up_to"]:
            return step
        if basis == Basis.PRICE and parcel.subtotal_amount < prices.convert(step["up_to"]):
            return step
    return None


def _rate(way: Row, amount: int, *, prices: Prices, today: date) -> Rate:
    place = way.get("place")
    return Rate(
        method_id=way["id"],
        name=say(way, "name"),
        amount=amount,
        from_date=working_day(today, way["minimum_days"]),
        to_date=working_day(today, way["maximum_days"]),
        free_over_amount=free_over(way, prices),
        text=say(way, "text"),
        own_name=way["name"],
        days=(way["minimum_days"], way["maximum_days"]),
        is_stepped=way["basis"] != Basis.FLAT,
        place=Place(place["address"], say(way, "hours"), place["warehouse_id"]) if place else None,
    )


def working_day(day: date, count: int) -> date:
    """Return the day that many working days later; weekends do not count."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day
