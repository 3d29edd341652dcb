"""The series that a store's orders are numbered in."""

import re

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.orders.errors import NumbersRefused
from storefront.orders.models import OrderNumbers

LARGEST = 10**12
_PART = re.compile(r"[^\s\x00<>\"'&%?/\\]{0,12}")


def save_number_series(*, prefix: str, suffix: str, next_number: int) -> OrderNumbers:
    """Say how the next order is called; orders that are there keep their names.

    Raises: NumbersRefused for signs that do not belong into a number, and for a number that was given out already.
    """
    prefix, suffix = prefix.strip(), suffix.strip()
    for field, part in (("prefix", prefix), ("suffix", suffix)):
        if not _PART.fullmatch(part):
            raise NumbersRefused(_("Use up to 12 letters, digits and signs like # or -, without spaces."), field=field)
        if part and (part[-1] if field == "prefix" else part[0]).isdigit():
            raise NumbersRefused(_("A digit right beside the number would be read as part of it."), field=field)
    with transaction.atomic():
        OrderNumbers.objects.get_or_create(pk=1)
        series = OrderNumbers.objects.select_for_update().get(pk=1)
        is_same = (series.prefix, series.suffix) == (prefix, suffix)
        if not 0 < next_number < LARGEST or (is_same and next_number < series.next_number):
            raise NumbersRefused(
                _("The next number is %(number)s or more: those before it were given out.")
                % {"number": series.next_number if is_same else 1},
                field="next_number",
            )
        series.prefix, series.suffix, series.next_number = prefix, suffix, next_number
        series.save(update_fields=["prefix", "suffix", "next_number"])
    return series
