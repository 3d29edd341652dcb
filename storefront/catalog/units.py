"""Measures of goods, and what a piece costs by the base measure. No framework.

Directive 98/6/EC asks for the price a kilogram, liter, meter, square meter or piece, or what is usual for the goods.
"""

from decimal import ROUND_HALF_UP, Decimal

# Each unit in the smallest one of its kind.
UNITS: dict[str, tuple[str, Decimal]] = {
    "mg": ("mass", Decimal("0.001")),
    "g": ("mass", Decimal(1)),
    "kg": ("mass", Decimal(1000)),
    "oz": ("mass", Decimal("28.349523125")),
    "lb": ("mass", Decimal("453.59237")),
    "ml": ("volume", Decimal(1)),
    "cl": ("volume", Decimal(10)),
    "l": ("volume", Decimal(1000)),
    "m3": ("volume", Decimal(1_000_000)),
    "floz": ("volume", Decimal("29.5735295625")),
    "mm": ("length", Decimal("0.1")),
    "cm": ("length", Decimal(1)),
    "m": ("length", Decimal(100)),
    "in": ("length", Decimal("2.54")),
    "ft": ("length", Decimal("30.48")),
    "m2": ("area", Decimal(1)),
    "ft2": ("area", Decimal("0.09290304")),
    "item": ("count", Decimal(1)),
}


def same_kind(unit: str, base_unit: str) -> bool:
    """Tell whether one can be written in the other: g and kg, not g and l."""
    return unit in UNITS and base_unit in UNITS and UNITS[unit][0] == UNITS[base_unit][0]


def find_unit_price(
    price_amount: int, *, amount: Decimal | None, unit: str, base_amount: Decimal | None, base_unit: str
) -> int | None:
    """Return what the base measure costs in minor units: 3.75 for 750 ml at a base of 1 l is 5.00. None without measures."""
    if not amount or not base_amount or not same_kind(unit, base_unit):
        return None
    bases = amount * UNITS[unit][1] / (base_amount * UNITS[base_unit][1])
    return int((price_amount / bases).quantize(Decimal(1), ROUND_HALF_UP))
