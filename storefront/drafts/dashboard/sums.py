"""What a draft comes to, as lines of a sum for the merchant."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.money import format_money
from storefront.carts.quoting import Quote
from storefront.catalog.jinja import picture


def sum_lines(quote: Quote) -> list[tuple[str, str]]:
    """Return the parts of a sum with their amounts, written in the reader's language."""
    totals = quote.totals
    parts = [(_("Goods"), totals.subtotal)]
    parts += [(one.title, -one.amount) for one in quote.priced.promotions]
    if quote.rate is not None:
        parts.append((quote.rate.name, totals.shipping))
    if totals.tax:
        parts.append((_("Tax, included in the prices") if totals.taxes_included else _("Tax"), totals.tax))
    return [(label, write(amount, quote)) for label, amount in parts]


def goods_rows(quote: Quote) -> list[dict[str, Any]]:
    """Return the goods with their pictures and what stands in their way."""
    return [
        {
            "line": line,
            "picture": picture(line.cover),
            "unit": write(priced.unit_amount, quote),
            "total": write(priced.amount, quote),
        }
        for line, priced in zip(quote.view.lines, quote.priced.lines, strict=True)
    ]


def write(amount: int, quote: Quote) -> str:
    """Return an amount of a sum in words of the reader's language."""
    return format_money(amount, quote.view.currency, get_language() or "en")
