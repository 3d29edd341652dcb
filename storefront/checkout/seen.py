"""What a shopper saw before they went on, and in words what has become different since.

It travels in the form. Whoever changes it there changes only what they are told: what is sold is read anew each time.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.money import format_money
from storefront.carts.quoting import Quote
from storefront.shipping.countries import country_name

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Seen:
    """The parts of the sum in minor units of `currency`: `lines` {variant: (unit amount, quantity)}, `rates` {method: price}.

    `tax` is None where it was still to be counted.
    """

    currency: str
    country: str
    lines: dict[int, tuple[int, int]]
    subtotal: int
    discount: int
    tax: int | None
    total: int
    rate_id: int | None
    rates: dict[int, int]

    def total_with(self, method_id: int | None) -> int:
        """Return the sum for a way of delivery whose price stood beside it."""
        before, after = (self.rates.get(key, 0) if key is not None else 0 for key in (self.rate_id, method_id))
        return self.total - before + (after if method_id in self.rates else before)


def write_seen(quote: Quote, *, country: str) -> str:
    """Return what a page shows, for the form that leads on from it."""
    totals = quote.totals
    return json.dumps(
        {
            "currency": quote.view.currency,
            "country": country,
            "lines": [[line.variant_id, line.unit_amount, line.quantity] for line in quote.view.lines],
            "sums": [totals.subtotal, totals.discount, None if quote.is_tax_open else totals.tax, totals.due],
            "rate": quote.rate.method_id if quote.rate else None,
            "rates": [[rate.method_id, rate.amount] for rate in (*quote.rates, *quote.pickups)],
        },
        separators=(",", ":"),
    )


def read_seen(text: str) -> Seen | None:
    """Return what a form says was seen, or None where it says nothing that can be read."""
    if not text or len(text) > LONGEST:
        return None
    try:
        found = json.loads(text)
        subtotal, discount, total = (_whole(found["sums"][place]) for place in (0, 1, 3))
        tax = found["sums"][2]
        return Seen(
            currency=str(found["currency"])[:3],
            country=str(found["country"])[:2],
            lines={_whole(key): (_whole(unit), _whole(quantity)) for key, unit, quantity in found["lines"]},
            subtotal=subtotal,
            discount=discount,
            tax=None if tax is None else _whole(tax),
            total=total,
            rate_id=None if found["rate"] is None else _whole(found["rate"]),
            rates={_whole(key): _whole(amount) for key, amount in found["rates"]},
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def say_changes(seen: Seen, quote: Quote, *, country: str) -> list[str]:
    """Return a sentence for each part of the sum that is not what it was, and why; none where nothing changed."""
    view, totals = quote.view, quote.totals
    if seen.currency != view.currency:
        return [_("Your cart is in %(currency)s now.") % {"currency": view.currency}]
    said = _say_lines(seen, quote)
    said += _say_delivery(seen, quote, country)
    if seen.discount != totals.discount:
        said.append(
            _("Your discount is %(now)s now instead of %(before)s.")
            % _both(seen.discount, totals.discount, view.currency)
        )
    if quote.is_tax_open or seen.tax is None:
        said += _say_counted(seen, quote)
    elif seen.tax != totals.tax:
        words = {**_both(seen.tax, totals.tax, view.currency), "country": country_name(country)}
        said.append(
            _("The tax for %(country)s is %(now)s; before it was %(before)s.") % words
            if seen.country != country
            else _("The tax is %(now)s now instead of %(before)s.") % words
        )
    if said and seen.total_with(quote.rate.method_id if quote.rate else None) != totals.due:
        said.append(_("Your total is %(now)s now; it was %(before)s.") % _both(seen.total, totals.due, view.currency))
    return said


def _say_counted(seen: Seen, quote: Quote) -> list[str]:
    """Say that tax is counted now that was not, or the other way round."""
    if quote.is_tax_open:
        return [] if seen.tax is None else [_("The tax is counted again for the address that you write.")]
    if not quote.totals.tax or quote.totals.taxes_included:
        return []
    return [_("The tax for your address is %(now)s.") % {"now": _price(quote.totals.tax, quote.view.currency)}]


def _say_lines(seen: Seen, quote: Quote) -> list[str]:
    said = []
    for line in quote.view.lines:
        if line.variant_id not in seen.lines:
            said.append(_("“%(title)s” is in your cart as well now.") % {"title": line.title})
            continue
        unit, quantity = seen.lines[line.variant_id]
        if unit != line.unit_amount:
            words = {"title": line.title, **_both(unit, line.unit_amount, quote.view.currency)}
            said.append(_("“%(title)s” costs %(now)s now instead of %(before)s.") % words)
        if quantity != line.quantity:
            words = {"title": line.title, "now": str(line.quantity), "before": str(quantity)}
            said.append(_("Of “%(title)s” there are %(now)s in your cart now instead of %(before)s.") % words)
    if seen.lines.keys() - {line.variant_id for line in quote.view.lines}:
        said.append(_("Something was taken out of your cart, in another window perhaps."))
    return said


def _say_delivery(seen: Seen, quote: Quote, country: str) -> list[str]:
    rate = quote.rate
    if rate is None:
        return []
    words = {"method": rate.name, "country": country_name(country), "now": _price(rate.amount, quote.view.currency)}
    if rate.method_id in seen.rates:
        before = seen.rates[rate.method_id]
        if before == rate.amount:
            return []
        words["before"] = _price(before, quote.view.currency)
        if rate.free_over_amount is not None and before == 0 and quote.totals.subtotal < rate.free_over_amount:
            words["limit"] = format_money(rate.free_over_amount, quote.view.currency, get_language() or "en")
            return [
                _("Delivery costs %(now)s now: it is free from %(limit)s, and your goods come to less than that.")
                % words
            ]
        return [_("Delivery by “%(method)s” costs %(now)s now; before: %(before)s.") % words]
    if seen.country != country:
        return [_("To %(country)s it goes by “%(method)s” for %(now)s.") % words]
    return [_("The way of delivery that you saw is not offered any more. Now it is “%(method)s” for %(now)s.") % words]


def _both(before: int, now: int, currency: str) -> dict[str, str]:
    language = get_language() or "en"
    return {"before": format_money(before, currency, language), "now": format_money(now, currency, language)}


def _price(amount: int, currency: str) -> str:
    return format_money(amount, currency, get_language() or "en")


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > 10**15:
        raise ValueError("not a whole number")
    return value
