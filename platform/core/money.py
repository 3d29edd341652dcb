"""Money as integer minor units with a currency; formatting by babel, never by hand."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput

MAX_AMOUNT = 10**12

# Stripe counts these in whole units or in multiples that differ from ISO 4217; the rest follow babel's precision.
_PLAIN_NUMBER = re.compile(r"^-?[0-9]{1,15}(\.[0-9]*)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, fen, yen) of an ISO 4217 currency."""

    amount: int
    currency: str

    def as_json(self) -> dict[str, int | str]:
        return {"amount": self.amount, "currency": self.currency}


def is_currency(code: str) -> bool:
    """Tell whether babel knows this ISO 4217 code."""
    return code in get_global("all_currencies")


def minor_digits(currency: str) -> int:
    """Return how many decimals the currency has: 2 for USD, 0 for JPY, 3 for KWD. Source: CLDR through babel."""
    return get_currency_precision(currency)


def to_decimal(amount: int, currency: str) -> Decimal:
    """Return minor units as a decimal of whole units."""
    return Decimal(amount).scaleb(-minor_digits(currency))


def parse_amount(text: str, currency: str) -> int:
    """Return the minor units of a number with a point as decimal sign, such as ``1299.00``.

    Raises: InvalidInput for anything else: more decimals than the currency has, thousands signs, exponents, out of range.
    """
    text = text.strip()
    if not _PLAIN_NUMBER.match(text):
        raise InvalidInput(_("“%(text)s” is not an amount. Write it like 12.90.") % {"text": text[:40]})
    try:
        scaled = Decimal(text).scaleb(minor_digits(currency))
    except InvalidOperation as error:
        raise InvalidInput(_("“%(text)s” is not an amount. Write it like 12.90.") % {"text": text[:40]}) from error
    if scaled != scaled.to_integral_value():
        raise InvalidInput(
            _("“%(text)s” has too many decimals: %(currency)s has %(digits)s.")
            % {"text": text[:40], "currency": currency, "digits": minor_digits(currency)}
        )
    amount = int(scaled)
    if abs(amount) > MAX_AMOUNT:
        raise InvalidInput(_("“%(text)s” is too large.") % {"text": text[:40]})
    return amount


@lru_cache(maxsize=16_384)
def format_money(amount: int, currency: str, language: str) -> str:
    """Return the amount as people of this language write it: ``$18.00``, ``¥1,299.00``."""
    locale = "zh_Hans_CN" if language.startswith("zh") else language.replace("-", "_")
    return format_currency(to_decimal(amount, currency), currency, locale=locale)
