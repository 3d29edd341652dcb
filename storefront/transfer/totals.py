"""Whether an imported order's sums agree, and how its total is made up."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.money import to_decimal


@dataclass(frozen=True, slots=True)
class FileSums:
    """What the file says, in minor units: the lines by price and quantity, and the order's own columns."""

    lines: int
    line_discounts: int
    subtotal: int | None
    discount: int
    shipping: int
    tax: int
    total: int


@dataclass(frozen=True, slots=True)
class OrderSums:
    """What we keep: total = subtotal - discount + shipping + tax. `included_tax` is inside the prices; there is one of both."""

    subtotal: int
    discount: int
    shipping: int
    tax: int
    included_tax: int = 0


class SumsDiffer(Exception):
    """The parts do not make the total, in none of the ways Shopify writes them."""


def resolve_sums(sums: FileSums) -> OrderSums:
    """Find how the total is made up.

    Shopify's subtotal is after the discount, others' before it; tax comes on top or is inside the prices; a discount
    stands on the order, on the lines, or on both.
    Raises: SumsDiffer.
    """
    declared = {sums.discount, sums.line_discounts, sums.discount + sums.line_discounts}
    for tax in dict.fromkeys((sums.tax, 0)):
        discount = sums.lines + sums.shipping + tax - sums.total
        if discount not in declared:
            continue
        if sums.subtotal is not None and sums.subtotal not in (sums.lines, sums.lines - discount):
            continue
        return OrderSums(sums.lines, discount, sums.shipping, tax, sums.tax - tax)
    raise SumsDiffer


def explain_difference(sums: FileSums, currency: str) -> str:
    """Return in words which sums do not agree."""

    def shown(amount: int) -> str:
        return str(to_decimal(amount, currency))

    if sums.subtotal is not None and sums.subtotal not in (sums.lines, sums.lines - sums.discount):
        return _("The lines add up to %(lines)s, but the subtotal says %(subtotal)s.") % {
            "lines": shown(sums.lines),
            "subtotal": shown(sums.subtotal),
        }
    return _(
        "%(lines)s − %(discount)s discount + %(shipping)s shipping + %(tax)s tax is %(sum)s,"
        " but the total says %(total)s."
    ) % {
        "lines": shown(sums.lines),
        "discount": shown(sums.discount),
        "shipping": shown(sums.shipping),
        "tax": shown(sums.tax),
        "sum": shown(sums.lines - sums.discount + sums.shipping + sums.tax),
        "total": shown(sums.total),
    }
