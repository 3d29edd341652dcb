"""What a merchant has promised somebody for a cart, instead of what the store asks today."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from storefront.carts.selectors import CartView
from storefront.pricing.basket import Promotion
from storefront.pricing.totals import line_total
from storefront.shipping.rates import Rate


@dataclass(frozen=True, slots=True)
class Deal:
    """A promise about a cart as it was at `version`, amounts in minor units of `currency` (ISO 4217).

    `prices` are of a unit, by variant. `discount` is the only one that counts: the store's own discounts and codes, gift cards
    and store credit have no part in it. `delivery_amount` is what delivery costs, None for what the store asks for it.
    `origin` is kept with the order, in its first event.
    """

    version: int
    currency: str
    prices: Mapping[int, int]
    discount: Promotion | None = None
    delivery_amount: int | None = None
    origin: Mapping[str, Any] = field(default_factory=dict)

    def hold_prices(self, view: CartView) -> CartView:
        """Return the cart at the promised prices; where the store has none in their currency any more, that is a problem."""
        lines = []
        for line in view.lines:
            unit = self.prices.get(line.variant_id, line.unit_amount)
            total = line_total(unit_amount=unit, quantity=line.quantity)
            lines.append(replace(line, unit_amount=unit, total_amount=total, compare_at_amount=None))
        problems = view.problems
        if view.currency != self.currency:
            words = _("This store has no prices in %(currency)s any more.") % {"currency": self.currency}
            problems = (*problems, words)
        subtotal = sum(line.total_amount for line in lines)
        return replace(view, lines=tuple(lines), subtotal_amount=subtotal, problems=problems)

    def hold_delivery(self, rate: Rate) -> Rate:
        """Return a way of delivery at the promised price."""
        return rate if self.delivery_amount is None else replace(rate, amount=self.delivery_amount)
