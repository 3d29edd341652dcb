"""From the text of one cell to a value, or to a problem that names the cell and says what to do."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.money import parse_amount

MAX_QUANTITY = 1_000_000
MAX_GRAMS = 100_000_000

# What an apostrophe is put before, here and elsewhere, so that a spreadsheet does not run it.
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")
_TRUE = {"true", "yes", "1", "y", "continue", "是", "有"}
_FALSE = {"false", "no", "0", "n", "deny", "", "否", "无"}
_WHOLE = re.compile(r"^-?[0-9]{1,10}(\.0+)?$", re.ASCII)
_MEASURE = re.compile(r"^[0-9]{1,9}(\.[0-9]{0,3})?$", re.ASCII)
_COMMA_NUMBER = re.compile(r"^-?(?:[0-9]{1,15}|[0-9]{1,3}(?:[. '\u2019\u00a0\u202f][0-9]{3}){1,4})(?:,[0-9]*)?$")
_GROUPING = re.compile("[. '\u2019\u00a0\u202f]")
_GTIN_LENGTHS = (8, 12, 13, 14)


@dataclass(eq=False)
class CellProblem(Exception):
    """One cell that cannot be taken. `column` is our name for it; the driver adds row and the file's own name."""

    column: str
    value: str
    message: str


def read_text(value: str, *, column: str, limit: int) -> str:
    """Return the text without the apostrophe that spreadsheets put in front of formulas.

    Raises: CellProblem where it is longer than the store keeps.
    """
    if value[:1] == "'" and value[1:2] in _GUARDED:
        value = value[1:]
    return _within(value, column=column, limit=limit)


def _within(value: str, *, column: str, limit: int) -> str:
    if len(value) > limit:
        raise CellProblem(
            column, value, _("It has %(n)s characters; shorten it to %(limit)s.") % {"n": len(value), "limit": limit}
        )
    return value


def read_code(value: str, *, column: str, limit: int) -> str:
    """Return an id, a post code or a phone number without a leading apostrophe."""
    return _within(value.removeprefix("'"), column=column, limit=limit)


def spell_with_point(value: str, *, column: str) -> str:
    """Return a number that was written with a comma, `1.299,90`, as we read it: `1299.90`.

    Raises: CellProblem.
    """
    if not _COMMA_NUMBER.match(value):
        raise CellProblem(column, value, _("Write it with a comma, such as 12,90, or choose the point for this file."))
    return _GROUPING.sub("", value).replace(",", ".")


@lru_cache(maxsize=20_000)
def _parse_amount(value: str, currency: str) -> int:
    return parse_amount(value, currency)


def read_amount(value: str, *, column: str, currency: str) -> int:
    """Return minor units, never negative; an empty cell is zero.

    Raises: CellProblem.
    """
    if not value:
        return 0
    try:
        amount = _parse_amount(value, currency)
    except InvalidInput as error:
        raise CellProblem(column, value, str(error)) from error
    if amount < 0:
        raise CellProblem(column, value, _("It is below zero. Write zero or more."))
    return amount


def read_whole(value: str, *, column: str, lowest: int, highest: int) -> int:
    """Return a whole number between the two bounds.

    Raises: CellProblem.
    """
    if not _WHOLE.match(value):
        raise CellProblem(column, value, _("Write a whole number, such as 12."))
    number = int(value.partition(".")[0])
    if not lowest <= number <= highest:
        raise CellProblem(
            column, value, _("Write a number from %(low)s to %(high)s.") % {"low": lowest, "high": highest}
        )
    return number


def read_grams(value: str, *, column: str) -> int:
    """Return a weight in whole grams; half grams are rounded up.

    Raises: CellProblem.
    """
    whole, _point, rest = value.partition(".")
    if not value or not (whole + rest).isascii() or not (whole + rest).isdigit():
        raise CellProblem(column, value, _("Write the weight in grams, such as 250."))
    grams = int(whole or "0") + (1 if rest[:1] >= "5" else 0)
    if grams > MAX_GRAMS:
        raise CellProblem(column, value, _("That is too heavy. The weight is in grams."))
    return grams


def read_flag(value: str, *, column: str) -> bool:
    """Return a yes or no in any of the ways Shopify's files write it.

    Raises: CellProblem.
    """
    folded = value.lower()
    if folded in _TRUE:
        return True
    if folded in _FALSE:
        return False
    raise CellProblem(column, value, _("Write yes or no."))


def read_email(value: str, *, column: str) -> str:
    """Return the address in lower case.

    Raises: CellProblem.
    """
    email = value.removeprefix("'").lower()
    try:
        if len(email) > 254:
            raise ValidationError("long")
        validate_email(email)
    except ValidationError as error:
        raise CellProblem(column, value, _("This is not an e-mail address.")) from error
    return email


def read_moment(value: str, *, column: str) -> datetime | None:
    """Return the time in UTC, or None for an empty cell; a time without an offset is read as UTC.

    Raises: CellProblem.
    """
    if not value:
        return None
    text = value.removesuffix(" UTC").replace(" +", "+").replace(" -", "-")
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CellProblem(column, value, _("Write the time like 2026-05-01 09:58:12 +0000.")) from error
    if not 1970 <= moment.year <= 2100:
        raise CellProblem(column, value, _("This year cannot be right."))
    return moment


def read_barcode(value: str, *, column: str) -> str:
    """Return the barcode; where it has the length of a GTIN, its check digit must be right.

    Source: GS1 General Specifications, section 7.9.
    Raises: CellProblem.
    """
    code = read_code(value, column=column, limit=64)
    if len(code) in _GTIN_LENGTHS and code.isascii() and code.isdigit():
        body, last = code[:-1], int(code[-1])
        total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(body)))
        expected = -total % 10
        if last != expected:
            raise CellProblem(
                column, value, _("The last digit should be %(digit)s. Check for a typing slip.") % {"digit": expected}
            )
    return code


def read_measure(value: str, *, column: str) -> Decimal | None:
    """Return a measure of at most three decimals, or None for an empty cell or nought.

    Raises: CellProblem.
    """
    if not value:
        return None
    if not _MEASURE.match(value):
        raise CellProblem(column, value, _("Write a number with a point, such as 0.75."))
    return Decimal(value).quantize(Decimal("0.001")) or None


def read_hs_code(value: str, *, column: str) -> str:
    """Return a code of the Harmonized System: six to thirteen digits, without the points it is often printed with.

    Raises: CellProblem.
    """
    code = value.removeprefix("'").replace(".", "").replace(" ", "")
    if code and not (code.isascii() and code.isdigit() and 6 <= len(code) <= 13):
        raise CellProblem(column, value, _("A customs code has 6 to 13 digits, such as 691110."))
    return code


def read_origin(value: str, *, column: str) -> str:
    """Return a country's two-letter code.

    Raises: CellProblem.
    """
    country = read_country(value)
    if country and len(country) != 2:
        raise CellProblem(column, value, _("Write the country as two letters, such as CN."))
    return country


def read_tags(value: str, *, column: str) -> list[str]:
    """Return the tags of a comma-separated cell, each once, in order.

    Raises: CellProblem.
    """
    tags = list(dict.fromkeys(tag.strip() for tag in value.split(",") if tag.strip()))
    if len(tags) > 250 or any(len(tag) > 255 for tag in tags):
        raise CellProblem(column, value, _("Give at most 250 tags of at most 255 characters."))
    return tags


def read_country(value: str) -> str:
    """Return the two-letter code of a code or an English country name; an unknown name comes back as it is."""
    value = value.removeprefix("'").strip()
    if len(value) == 2 and value.isalpha():
        return value.upper()
    return _country_codes().get(value.lower(), value[:60])


@lru_cache(maxsize=1)
def _country_codes() -> dict[str, str]:
    territories = Locale("en").territories
    return {name.lower(): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
