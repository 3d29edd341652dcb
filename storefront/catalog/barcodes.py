"""The numbers under bars: GTIN (EAN, UPC) and ISBN with their check digits. No framework."""

import re
from enum import Enum

from stdnum import ean, isbn

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")
_GTIN_LENGTHS = (8, 12, 13, 14)
_ISBN10 = re.compile(r"^[0-9]{9}[0-9Xx]$", re.ASCII)
_DIGITS = re.compile(r"^[0-9]+$", re.ASCII)


class BarcodeKind(Enum):
    """OWN is a code of the shop's own making: no other shop knows it and no feed sends it."""

    GTIN = "gtin"
    ISBN = "isbn"
    OWN = "own"


class WrongCheckDigit(ValueError):
    """A number of the right length whose last digit does not fit; `right` is the one that would."""

    def __init__(self, right: str) -> None:
        super().__init__(right)
        self.right = right


def compact_barcode(text: str) -> str:
    """Return a number without the spaces and hyphens it is printed with; other codes as they are."""
    plain = _SEPARATORS.sub("", text)
    return plain.upper() if _DIGITS.match(plain) or _ISBN10.match(plain) else text.strip()


def read_barcode(text: str) -> BarcodeKind | None:
    """Return what kind of number this is; None for an empty one.

    Raises: WrongCheckDigit for a number that is as long as a GTIN or an ISBN and is none.
    """
    number = compact_barcode(text)
    if not number:
        return None
    if _ISBN10.match(number):
        # Ten bare digits may be a number of the shop's own; hyphens or an X are an ISBN's.
        if isbn.is_valid(number):
            return BarcodeKind.ISBN
        if number.isdigit() and number == text.strip():
            return BarcodeKind.OWN
        raise WrongCheckDigit(next(digit for digit in "0123456789X" if isbn.is_valid(number[:-1] + digit)))
    if not _DIGITS.match(number) or len(number) not in _GTIN_LENGTHS:
        return BarcodeKind.OWN
    if not ean.is_valid(number):
        raise WrongCheckDigit(ean.calc_check_digit(number[:-1]))
    return BarcodeKind.ISBN if isbn.is_valid(number) else BarcodeKind.GTIN


def is_global_number(text: str) -> bool:
    """Tell whether other shops know this number too, so that a feed may send it."""
    try:
        return read_barcode(text) in (BarcodeKind.GTIN, BarcodeKind.ISBN)
    except WrongCheckDigit:
        return False
