"""What a price of the store's own comes to in another currency. No framework.

Whole numbers only, so that Python and PostgreSQL say the same to the last unit: `Conversion.convert` and `CONVERT_SQL` are one
rule written twice, and a test compares them.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from core.money import minor_digits
from storefront.catalog.enums import Rounding

# What no price is: a bigint holds it many times, so that sums of carts fit.
MOST = 10**15
# Card networks take no thousandth of a dinar: docs.stripe.com/currencies#three-decimal.
_LEAST_STEP = {3: 10}
_HUNDREDTHS = {Rounding.NINETY_NINE: 99, Rounding.NINETY_FIVE: 95}
_STEPS = {
    Rounding.TWENTIETHS: Fraction(1, 20),
    Rounding.TENTHS: Fraction(1, 10),
    Rounding.WHOLE: Fraction(1),
    Rounding.FIVES: Fraction(5),
    Rounding.TENS: Fraction(10),
    Rounding.HUNDREDS: Fraction(100),
    Rounding.THOUSANDS: Fraction(1000),
}
_UNIT = Fraction(1)

# The same in SQL, of an expression of minor units; the values are those of `Conversion.parameters`.
CONVERT_SQL = """
CASE WHEN {0} > 0 THEN least(greatest(div(
  greatest(2 * ({0}::numeric * %(rate_up)s - %(rate_tail)s::numeric * %(rate_down)s) + %(rate_step)s::numeric * %(rate_down)s, 0),
  2 * %(rate_step)s::numeric * %(rate_down)s) * %(rate_step)s + %(rate_tail)s,
  %(rate_least)s), %(rate_most)s)::bigint ELSE {0} END
"""


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount times `up / down`, to the nearest number of minor units that is `tail` more than a multiple of `step`.

    Halves go up. What costs something goes on costing something: at least `tail`, or `step` where that is 0. Nothing stays
    nothing. A higher price never comes out lower than a lower one.
    """

    up: int
    down: int
    step: int
    tail: int

    def convert(self, amount: int) -> int:
        """Return the price in minor units of the other currency."""
        if amount <= 0:
            return amount
        twice = 2 * (amount * self.up - self.tail * self.down) + self.step * self.down
        steps = max(twice, 0) // (2 * self.step * self.down)
        return min(max(steps * self.step + self.tail, self.tail or self.step), MOST)

    def parameters(self) -> dict[str, int | Decimal]:
        """Return the values of CONVERT_SQL's parameters."""
        return {
            "rate_up": Decimal(self.up),
            "rate_down": Decimal(self.down),
            "rate_step": self.step,
            "rate_tail": self.tail,
            "rate_least": self.tail or self.step,
            "rate_most": MOST,
        }


def make_conversion(
    *, own: str, other: str, rate: Decimal, adjustment_percent: Decimal = Decimal(0), rounding: str = Rounding.NONE
) -> Conversion:
    """Return the rule from one currency's minor units to another's; `rate` is what one unit of `own` is worth in `other`.

    Raises: ValueError for a rate that is not positive or an adjustment that leaves nothing.
    """
    factor = Fraction(rate) * (100 + Fraction(adjustment_percent)) / 100
    if factor <= 0:
        raise ValueError(f"{rate} with {adjustment_percent} % is no rate")
    digits = minor_digits(other)
    factor *= Fraction(10) ** (digits - minor_digits(own))
    step, tail = _rule(Rounding(rounding), digits)
    return Conversion(up=factor.numerator, down=factor.denominator, step=step, tail=tail)


def convert_back(amount: int, *, own: str, other: str, rate: Decimal) -> int:
    """Return what an amount of `other` is in minor units of `own` at this rate, halves up: no adjustment, no rounding rule."""
    exact = Fraction(amount) / Fraction(rate) * Fraction(10) ** (minor_digits(own) - minor_digits(other))
    return floor(exact + Fraction(1, 2))


def fits(rounding: str, currency: str) -> bool:
    """Tell whether prices of this currency can end like that: nothing ends in .99 where there are no decimals."""
    digits = minor_digits(currency)
    if rounding in _HUNDREDTHS:
        return digits >= 2
    unit = _STEPS.get(Rounding(rounding), _UNIT) * 10**digits
    return bool(unit.denominator == 1)


def list_roundings(currency: str) -> list[Rounding]:
    """Return the rules that fit a currency."""
    return [each for each in Rounding if fits(each, currency)]


def usual_rounding(currency: str) -> Rounding:
    """Return what prices of this currency usually end in, by how small its unit is."""
    if currency in _USUAL:
        return _USUAL[currency]
    return Rounding.NINETY_NINE if minor_digits(currency) == 2 else Rounding.WHOLE


def _rule(rounding: Rounding, digits: int) -> tuple[int, int]:
    """Return step and tail in minor units; a rule that does not fit the currency is the nearest that does."""
    unit = int(10**digits)
    least = _LEAST_STEP.get(digits, 1)
    if rounding in _HUNDREDTHS:
        return unit, unit * _HUNDREDTHS[rounding] // 100
    step = _STEPS.get(rounding)
    if step is None:
        return least, 0
    step *= unit
    return max(int(step), least) if step >= 1 else least, 0


def is_payable(amount: int, currency: str) -> bool:
    """Tell whether a price can be charged: card networks round thousandths."""
    return amount % _LEAST_STEP.get(minor_digits(currency), 1) == 0


_USUAL = {
    "CHF": Rounding.TWENTIETHS,
    "JPY": Rounding.TENS,
    "KRW": Rounding.HUNDREDS,
    "VND": Rounding.THOUSANDS,
    "IDR": Rounding.THOUSANDS,
    "CLP": Rounding.HUNDREDS,
    "HUF": Rounding.TENS,
    "TWD": Rounding.WHOLE,
    "THB": Rounding.WHOLE,
    "CNY": Rounding.WHOLE,
    "SEK": Rounding.WHOLE,
    "NOK": Rounding.WHOLE,
    "DKK": Rounding.WHOLE,
    "CZK": Rounding.WHOLE,
    "INR": Rounding.WHOLE,
    "KWD": Rounding.TENTHS,
    "BHD": Rounding.TENTHS,
    "OMR": Rounding.TENTHS,
}
