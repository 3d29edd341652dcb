"""What a tax service is asked about a basket, and how its answer is kept: plain values, without a database."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from storefront.customers.postal.regions import find_region
from storefront.pricing.assessing import Assessed, Taxable
from storefront.pricing.basket import STANDARD_CLASS, UNTAXED_CLASS, TaxRate, TaxTable
from storefront.pricing.quote import Quote
from storefront.pricing.taxes import TaxShare
from storefront.taxes.enums import TaxProviderName

# Stripe's own names of kinds of goods. Source: docs.stripe.com/tax/tax-codes.
GOODS_CODE, UNTAXED_CODE = "txcd_99999999", "txcd_00000000"
# What else than the country has to be known before anything can be counted. Source: docs.stripe.com/tax/customer-locations.
_ZIP = re.compile(r"\d{5}(-?\d{4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TaxPlace:
    """Where goods come to: an ISO 3166-1 country and the address as typed."""

    country: str
    province: str = ""
    city: str = ""
    postcode: str = ""
    line1: str = ""
    line2: str = ""

    @classmethod
    def from_address(cls, address: Mapping[str, Any]) -> "TaxPlace":
        """Return the place of an address as orders and warehouses keep it."""
        texts = {name: " ".join(str(address.get(name) or "").split()) for name in cls.__dataclass_fields__}
        country = texts["country"].upper()
        province = find_region(country, texts["province"]) or texts["province"]
        return cls(**{**texts, "country": country, "province": province})

    @property
    def is_enough(self) -> bool:
        """Tell whether tax can be counted for it."""
        if self.country == "US":
            return bool(_ZIP.fullmatch(self.postcode))
        return bool(self.country) and (self.country != "CA" or bool(self.postcode or self.province))


@dataclass(frozen=True, slots=True)
class TaxService:
    """Who counts the store's taxes, what it is told of goods, and what holds while it does not answer."""

    name: TaxProviderName
    tax_codes: Mapping[str, str]
    is_included: bool
    falls_back: bool
    vat_id: str = ""

    def code_of(self, tax_class: str) -> str:
        """Return the service's code of a tax class."""
        if tax_class == UNTAXED_CLASS:
            return UNTAXED_CODE
        return self.tax_codes.get(tax_class) or self.tax_codes.get(STANDARD_CLASS) or GOODS_CODE


@dataclass(frozen=True, slots=True)
class TaxQuestion:
    """All that decides a tax: goods and delivery after discounts, where they go, and whose number the buyer has.

    `lines` are those that cost something; `shipping_amount` is None where delivery costs nothing.
    """

    currency: str
    lines: tuple[Taxable, ...]
    codes: tuple[str, ...]
    shipping_amount: int | None
    place: TaxPlace
    is_included: bool
    vat_id: str = ""

    @property
    def has_worth(self) -> bool:
        """Tell whether there is anything that could be taxed."""
        return bool(self.lines or self.shipping_amount)

    @property
    def fingerprint(self) -> str:
        """Return what is equal for equal questions alone."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TaxAnswer:
    """The taxes of one question, and what the service calls them."""

    fingerprint: str
    calculation_id: str
    assessed: Assessed


@dataclass(frozen=True, slots=True)
class TaxTerms:
    """How a basket is taxed: by the store's own `table`, or by a service with what that answered so far.

    With `is_fallback` the table counts although a service was to be asked.
    """

    table: TaxTable
    service: TaxService | None = None
    answer: TaxAnswer | None = None
    is_fallback: bool = False

    def answer_to(self, question: TaxQuestion) -> TaxAnswer | None:
        """Return the answer to this very question, or None."""
        return self.answer if self.answer and self.answer.fingerprint == question.fingerprint else None


def make_question(priced: Quote, classes: Mapping[int, str], *, place: TaxPlace, service: TaxService) -> TaxQuestion:
    """Return what to ask about a basket that was priced without taxes; `classes` are its lines' tax classes by their keys."""
    lines = tuple(
        Taxable(line.key, line.net, line.quantity, classes[line.key])
        for line in sorted(priced.lines, key=lambda line: line.key)
        if line.net
    )
    return TaxQuestion(
        currency=priced.currency,
        lines=lines,
        codes=tuple(service.code_of(line.tax_class) for line in lines),
        shipping_amount=(priced.totals.shipping - priced.totals.shipping_discount) or None,
        place=place,
        is_included=service.is_included,
        vat_id=service.vat_id,
    )


def complete(assessed: Assessed, keys: Sequence[int]) -> Assessed:
    """Return the taxes with those of lines that cost nothing, which nobody was asked for."""
    return Assessed(
        lines={key: assessed.lines.get(key, ()) for key in {*keys, *assessed.lines}},
        shipping=assessed.shipping,
        is_included=assessed.is_included,
        is_reverse_charge=assessed.is_reverse_charge,
    )


def write_answer(assessed: Assessed) -> dict[str, Any]:
    """Return an answer as a JSON column holds it."""
    return {
        "lines": {str(key): _write_shares(shares) for key, shares in assessed.lines.items()},
        "shipping": _write_shares(assessed.shipping),
        "is_included": assessed.is_included,
        "is_reverse_charge": assessed.is_reverse_charge,
    }


def read_answer(kept: Mapping[str, Any]) -> Assessed:
    """Return an answer as it was before it was written."""
    return Assessed(
        lines={int(key): _read_shares(rows) for key, rows in kept["lines"].items()},
        shipping=_read_shares(kept["shipping"]),
        is_included=kept["is_included"],
        is_reverse_charge=kept["is_reverse_charge"],
    )


def _write_shares(shares: Sequence[TaxShare]) -> list[list[Any]]:
    return [[share.rate.name, share.rate.parts, share.base, share.amount] for share in shares]


def _read_shares(rows: Sequence[Sequence[Any]]) -> tuple[TaxShare, ...]:
    return tuple(TaxShare(TaxRate(name, parts), base, amount) for name, parts, base, amount in rows)
