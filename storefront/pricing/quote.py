"""A basket's price: every number that an order is written with, each the sum of its parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from storefront.pricing.basket import Basket, BasketLine, Taxing, TaxRate
from storefront.pricing.promotions import Taking
from storefront.pricing.stacking import Choice, Refused, choose_promotions
from storefront.pricing.taxes import TaxShare, delivery_parts, remove_tax, tax_amount
from storefront.pricing.totals import Totals, line_total


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line as it is sold; `amount` is price by quantity, before `discount`. `tax` is inside or on top as the quote says.

    `taxes` are its tax by rate.
    """

    key: int
    unit_amount: int
    quantity: int
    amount: int
    discount: int
    tax: int
    taxes: tuple[TaxShare, ...] = ()

    @property
    def net(self) -> int:
        """Return what the line costs after its discount."""
        return self.amount - self.discount


@dataclass(frozen=True, slots=True)
class AppliedPromotion:
    """What a promotion takes off in all, `shipping_amount` of it off delivery; `shares` off each line by its key."""

    promotion_id: int
    title: str
    code: str
    amount: int
    shipping_amount: int
    shares: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """What one rate makes of the whole basket; `base` is what it was counted on, without tax."""

    rate: TaxRate
    base: int
    amount: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer to a basket, its lines in the order they came in.

    `refused` are promotions that take nothing off: those with a code were asked for, the others are nearly reached.
    `taxes` are of all, `shipping_taxes` delivery's part of them.
    """

    currency: str
    lines: tuple[PricedLine, ...]
    promotions: tuple[AppliedPromotion, ...]
    refused: tuple[Refused, ...]
    taxes: tuple[TaxTotal, ...]
    totals: Totals
    is_reverse_charge: bool = False
    shipping_taxes: tuple[TaxTotal, ...] = ()


def price_basket(basket: Basket) -> Quote:
    """Return a basket's price: promotions off the prices first, taxes of what is left.

    The order of the lines changes nothing but the order of the answer.
    Raises: ValueError for two lines with one key, a negative price or a quantity below one.
    """
    lines, delivery = _without_removed_tax(basket)
    choice = choose_promotions(lines, delivery, basket.promotions)
    discounts = [sum(shares) for shares in zip(*(taking.lines for _promotion, taking in choice.applied), strict=True)]
    discounts = discounts or [0] * len(lines)
    shipping, shipping_discount = delivery or 0, sum(taking.delivery for _promotion, taking in choice.applied)
    nets = [line.amount - discount for line, discount in zip(lines, discounts, strict=True)]
    taxing, rates_of = basket.taxes.taxing, basket.taxes.rates_of
    line_taxes = [tax_amount(net, rates_of(line.tax_class), taxing) for line, net in zip(lines, nets, strict=True)]
    sent = [(line.tax_class, net) for line, net in zip(lines, nets, strict=True) if line.requires_shipping]
    shipping_taxes = [
        share
        for part, part_rates in delivery_parts(shipping - shipping_discount, basket.taxes, sent)
        for share in tax_amount(part, part_rates, taxing)
    ]
    priced = {
        line.key: PricedLine(
            line.key,
            line.unit_amount,
            line.quantity,
            line.amount,
            discount,
            sum(share.amount for share in shares),
            shares,
        )
        for line, discount, shares in zip(lines, discounts, line_taxes, strict=True)
    }
    return Quote(
        currency=basket.currency,
        lines=tuple(priced[line.key] for line in basket.lines),
        promotions=_applied(choice, lines),
        refused=choice.refused,
        taxes=sum_by_rate([*(share for shares in line_taxes for share in shares), *shipping_taxes]),
        totals=add_up(
            priced.values(),
            shipping=shipping,
            shipping_discount=shipping_discount,
            shipping_tax=sum(share.amount for share in shipping_taxes),
            taxes_included=taxing is Taxing.INCLUDED,
        ),
        is_reverse_charge=basket.taxes.is_reverse_charge,
        shipping_taxes=sum_by_rate(shipping_taxes),
    )


def add_up(
    lines: Iterable[PricedLine], *, shipping: int, shipping_discount: int, shipping_tax: int, taxes_included: bool
) -> Totals:
    """Return the totals of priced lines and their delivery."""
    rows = list(lines)
    subtotal = sum(line.amount for line in rows)
    discount = sum(line.discount for line in rows) + shipping_discount
    tax = sum(line.tax for line in rows) + shipping_tax
    return Totals(
        subtotal=subtotal,
        discount=discount,
        shipping=shipping,
        tax=tax,
        total=subtotal - discount + shipping + (0 if taxes_included else tax),
        shipping_discount=shipping_discount,
        shipping_tax=shipping_tax,
        taxes_included=taxes_included,
    )


def _without_removed_tax(basket: Basket) -> tuple[list[BasketLine], int | None]:
    """Return the lines in the order of their keys, and delivery, at prices without a tax that the buyer does not pay."""
    lines = sorted(basket.lines, key=lambda line: line.key)
    if len({line.key for line in lines}) != len(lines):
        raise ValueError("every line has a key of its own")
    for line in lines:
        line_total(unit_amount=line.unit_amount, quantity=line.quantity)
    delivery, table = basket.delivery_amount, basket.taxes
    if delivery is not None and delivery < 0:
        raise ValueError("delivery costs nothing or more")
    if table.taxing is not Taxing.REMOVED:
        return lines, delivery
    if delivery is not None:
        sent = [(line.tax_class, line.amount) for line in lines if line.requires_shipping]
        delivery = sum(remove_tax(part, rates) for part, rates in delivery_parts(delivery, table, sent))
    bare = [replace(line, unit_amount=remove_tax(line.unit_amount, table.rates_of(line.tax_class))) for line in lines]
    return bare, delivery


def _applied(choice: Choice, lines: Sequence[BasketLine]) -> tuple[AppliedPromotion, ...]:
    def shares(taking: Taking) -> tuple[tuple[int, int], ...]:
        return tuple((line.key, share) for line, share in zip(lines, taking.lines, strict=True) if share)

    return tuple(
        AppliedPromotion(
            promotion_id=promotion.id,
            title=promotion.title,
            code=promotion.code,
            amount=taking.amount,
            shipping_amount=taking.delivery,
            shares=shares(taking),
        )
        for promotion, taking in choice.applied
    )


def sum_by_rate(shares: Iterable[TaxShare]) -> tuple[TaxTotal, ...]:
    """Return what each rate makes of all shares, the highest rate first."""
    sums: dict[TaxRate, tuple[int, int]] = {}
    for share in shares:
        base, amount = sums.get(share.rate, (0, 0))
        sums[share.rate] = (base + share.base, amount + share.amount)
    ordered = sorted(sums, key=lambda rate: (-rate.parts, rate.name))
    return tuple(TaxTotal(rate, *sums[rate]) for rate in ordered)
