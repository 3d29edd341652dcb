"""What Stripe Tax makes of goods at a place: a handful of places with their rates, everything else is not collected.

Rates are examples to develop against and not the law. The shapes are those of `tax.calculation` and its lines.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.params import Params

CODE = re.compile(r"txcd_[0-9]{8}")
GOODS, SHIPPING, NONTAXABLE = "txcd_99999999", "txcd_92010001", "txcd_00000000"
REDUCED = frozenset({"txcd_35010000", "txcd_40060003"})
EUROPE = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())  # noqa: SIM905
MILLION = 1_000_000


@dataclass(frozen=True)
class Levy:
    """A tax of one authority; `reduced` is its rate on books and food where it has one."""

    name: str
    kind: str
    level: str
    authority: str
    standard: str
    reduced: str | None = None
    taxes_shipping: bool = True

    def percent(self, code: str) -> str:
        return self.reduced if self.reduced is not None and code in REDUCED else self.standard


# By country, and state where that decides.
LEVIES: dict[tuple[str, str], tuple[Levy, ...]] = {
    ("AT", ""): (Levy("VAT", "vat", "country", "Austria", "20.0", "10.0"),),
    ("CA", "BC"): (
        Levy("GST", "gst", "country", "Canada", "5.0"),
        Levy("PST", "pst", "state", "British Columbia", "7.0"),
    ),
    ("CA", "ON"): (Levy("HST", "hst", "state", "Ontario", "13.0", "5.0"),),
    ("DE", ""): (Levy("VAT", "vat", "country", "Germany", "19.0", "7.0"),),
    ("FR", ""): (Levy("VAT", "vat", "country", "France", "20.0", "5.5"),),
    ("GB", ""): (Levy("VAT", "vat", "country", "United Kingdom", "20.0", "0.0"),),
    ("US", "CA"): (
        Levy("Sales Tax", "sales_tax", "state", "California", "6.0", taxes_shipping=False),
        Levy("Sales Tax", "sales_tax", "county", "San Mateo County", "0.25", taxes_shipping=False),
        Levy("Sales Tax", "sales_tax", "district", "San Mateo County District", "3.125", taxes_shipping=False),
    ),
    ("US", "NY"): (
        Levy("Sales Tax", "sales_tax", "state", "New York", "4.0"),
        Levy("Sales Tax", "sales_tax", "city", "New York City", "4.5"),
    ),
}
STATES = {"CALIFORNIA": "CA", "NEW YORK": "NY", "BRITISH COLUMBIA": "BC", "ONTARIO": "ON"}


@dataclass(frozen=True)
class Place:
    """Where a customer is, and whether they settle the tax themselves."""

    country: str
    state: str
    is_reversed: bool


def read_place(details: Params, home: str) -> Place:
    """Return the customer's place.

    Raises:
        ApiError: customer_tax_location_invalid for one that decides nothing.
    """
    address = details.group("address")
    country = (address.text("country") or "").upper()
    state = (address.text("state") or "").upper()
    code, state = (address.text("postal_code") or ""), STATES.get(state, state)
    short = (country == "US" and not re.match(r"\d{5}", code)) or (country == "CA" and not (code or state))
    if not re.fullmatch(r"[A-Z]{2}", country) or short:
        raise ApiError(
            "We could not determine the customer's tax location based on the provided customer address.",
            code="customer_tax_location_invalid",
            param="customer_details[address]",
        )
    numbers = [one.required("value").upper() for one in details.groups("tax_ids") if one.text("type") == "eu_vat"]
    prefix = {"GR": "EL"}.get(country, country)
    is_abroad = {home, country} <= EUROPE and home != country
    is_reversed = details.text("taxability_override") == "reverse_charge"
    return Place(country, state, is_reversed or (is_abroad and any(one.startswith(prefix) for one in numbers)))


def tax_line(amount: int, code: str, behavior: str, place: Place) -> tuple[int, list[Obj]]:
    """Return the tax of an amount and how it comes about, authority by authority.

    Raises:
        ApiError: resource_missing for a tax code that is none.
    """
    if not CODE.fullmatch(code):
        raise ApiError(f"No such tax code: '{code}'", code="resource_missing", param="tax_code")
    state = place.state if (place.country, place.state) in LEVIES else ""
    levies = LEVIES.get((place.country, state), ())
    if not levies:
        return 0, [_breakdown(None, place, 0, 0, "0.0", "not_collecting")]
    if place.is_reversed:
        return 0, [_breakdown(one, place, 0, 0, "0.0", "reverse_charge") for one in levies]
    if code == NONTAXABLE or (code == SHIPPING and not all(one.taxes_shipping for one in levies)):
        return 0, [_breakdown(one, place, 0, 0, "0.0", "product_exempt") for one in levies]
    percents = [one.percent(code) for one in levies]
    parts = [int(Decimal(one) * MILLION / 100) for one in percents]
    if behavior == "exclusive":
        base, taxes = amount, [_half_up(amount * part, MILLION) for part in parts]
    else:
        whole = _half_up(amount * sum(parts), MILLION + sum(parts))
        base, taxes = amount - whole, _share(whole, parts)
    return sum(taxes), [
        _breakdown(
            levy,
            place,
            tax,
            base,
            percent,
            "reduced_rated" if percent != levy.standard else "standard_rated",
        )
        for levy, tax, percent in zip(levies, taxes, percents, strict=True)
    ]


def _breakdown(levy: Levy | None, place: Place, amount: int, base: int, percent: str, reason: str) -> Obj:
    rate = levy and {"display_name": levy.name, "percentage_decimal": percent, "tax_type": levy.kind}
    return {
        "amount": amount,
        "jurisdiction": {
            "country": place.country,
            "display_name": levy.authority if levy else place.country,
            "level": levy.level if levy else "country",
            "state": place.state or None if levy and levy.level != "country" else None,
        },
        "sourcing": "destination",
        "tax_rate_details": rate,
        "taxability_reason": reason,
        "taxable_amount": base,
    }


def sum_breakdowns(lines: list[list[Obj]], place: Place, *, inclusive: bool) -> list[Obj]:
    """Return a calculation's own `tax_breakdown`: one entry for each rate and reason of its lines."""
    sums: dict[tuple[str, str, str], Obj] = {}
    for one in (entry for line in lines for entry in line):
        rate = one["tax_rate_details"] or {"percentage_decimal": "0.0", "tax_type": None}
        key = (rate["percentage_decimal"], str(rate["tax_type"]), one["taxability_reason"])
        made = sums.setdefault(
            key,
            {
                "amount": 0,
                "inclusive": inclusive,
                "tax_rate_details": {
                    "country": place.country,
                    "flat_amount": None,
                    "percentage_decimal": key[0],
                    "rate_type": "percentage" if rate["tax_type"] else None,
                    "state": place.state or None,
                    "tax_type": rate["tax_type"],
                },
                "taxability_reason": key[2],
                "taxable_amount": 0,
            },
        )
        made["amount"] += one["amount"]
        made["taxable_amount"] += one["taxable_amount"]
    return list(sums.values())


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def _share(whole: int, parts: list[int]) -> list[int]:
    shares = [whole * part // sum(parts) if sum(parts) else 0 for part in parts]
    shares[0] += whole - sum(shares)
    return shares
