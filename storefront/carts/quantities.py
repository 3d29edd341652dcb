"""What counts as a quantity."""

import re

from django.utils.translation import gettext_lazy as _

from storefront.carts.errors import QuantityRefused
from storefront.carts.models import MAXIMUM_QUANTITY

_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def parse_quantity(text: str) -> int:
    """Return the whole number that somebody typed.

    Raises: QuantityRefused for anything but 1 to 9999 in plain digits.
    """
    text = text.strip()
    return check_quantity(int(text)) if _WHOLE_NUMBER.fullmatch(text) else check_quantity(text[:20])


def check_quantity(value: object) -> int:
    """Return the value when it is a whole number that a cart line can hold.

    Raises: QuantityRefused.
    """
    if type(value) is not int or not 1 <= value <= MAXIMUM_QUANTITY:
        raise QuantityRefused(
            _("“%(text)s” is not a quantity. Choose a whole number from 1 to %(most)s. Your cart is unchanged.")
            % {"text": str(value)[:20], "most": MAXIMUM_QUANTITY},
            field="quantity",
        )
    return value
