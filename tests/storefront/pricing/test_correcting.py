"""Credit notes as arithmetic: pieces make the whole, rate by rate, and never more than that."""

from hypothesis import given
from hypothesis import strategies as st

from storefront.pricing.basket import Basket, BasketLine, Taxing, TaxRate, TaxTable
from storefront.pricing.correcting import Left, RateKey, SoldPart, Taxed, correct_sale
from storefront.pricing.quote import price_basket
from storefront.pricing.refunding import units_worth

STANDARD, REDUCED, LOCAL = TaxRate("VAT", 190_000), TaxRate("VAT", 70_000), TaxRate("City tax", 88_750)
RATES = {"standard": (STANDARD, LOCAL), "reduced": (REDUCED,), "zero": ()}


def sale(lines: list[tuple[int, int, str]], delivery: int, taxing: Taxing) -> tuple[list[SoldPart], Left]:
    """Return what a basket of (price, quantity, tax class) is sold as."""
    table = TaxTable(taxing=taxing, rates=RATES, delivery_rates=None)
    rows = [
        BasketLine(key=n, product_id=n, unit_amount=price, quantity=count, tax_class=tax_class)
        for n, (price, count, tax_class) in enumerate(lines, start=1)
    ]
    quote = price_basket(Basket(currency="EUR", lines=tuple(rows), delivery_amount=delivery, taxes=table))
    added = taxing is Taxing.ADDED
    parts = [
        SoldPart(
            key=line.key,
            paid=line.net + added * line.tax,
            taxes={_key(share.rate): share.amount for share in line.taxes},
        )
        for line in quote.lines
    ]
    paid = delivery + added * quote.totals.shipping_tax
    parts.append(SoldPart(key=0, paid=paid, taxes={_key(tax.rate): tax.amount for tax in quote.shipping_taxes}))
    return parts, Left(quote.totals.total, {_key(tax.rate): Taxed(tax.base, tax.amount) for tax in quote.taxes})


def _key(rate: TaxRate) -> RateKey:
    return rate.name, str(rate.parts)


LINES = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(1, 7), st.sampled_from(sorted(RATES))), min_size=1, max_size=5
)


@given(LINES, st.integers(0, 5000), st.sampled_from([Taxing.ADDED, Taxing.INCLUDED]), st.data())
def test_pieces_of_a_sale_make_the_whole_rate_by_rate(
    lines: list[tuple[int, int, str]], delivery: int, taxing: Taxing, data: st.DataObject
) -> None:
    parts, left = sale(lines, delivery, taxing)
    whole, taken = left.total, 0
    returned = dict.fromkeys((part.key for part in parts), 0)
    credited = dict(returned)
    quantities = {n: count for n, (_price, count, _class) in enumerate(lines, start=1)} | {0: 1}
    for _ in range(6):
        if not left.total:
            break
        amounts = {}
        for part in parts:
            rest = quantities[part.key] - returned[part.key]
            count = data.draw(st.integers(0, rest))
            amounts[part.key] = units_worth(
                paid=part.paid, quantity=quantities[part.key], first=returned[part.key], count=count
            )
            returned[part.key] += count
        goods = sum(amounts.values())
        besides = data.draw(st.integers(-goods, left.total))
        besides = min(besides, left.total - goods)
        if goods + besides <= 0:
            amounts, besides = dict.fromkeys(amounts, 0), left.total
        now = [SoldPart(part.key, part.paid, part.taxes, credited[part.key]) for part in parts]
        note = correct_sale(now, amounts, besides=besides, left=left)
        for key, amount in amounts.items():
            credited[key] += amount
        rows = [*note.parts.values(), *([note.besides] if note.besides else [])]
        assert note.total == sum(amounts.values()) + besides
        assert sum(row.tax for row in rows) == sum(one.amount for one in note.taxes.values())
        assert all(0 <= one.amount <= left.taxes[key].amount for key, one in note.taxes.items())
        taken += note.total
        left = Left(
            left.total - note.total,
            {
                key: Taxed(
                    one.base - note.taxes.get(key, Taxed(0, 0)).base,
                    one.amount - note.taxes.get(key, Taxed(0, 0)).amount,
                )
                for key, one in left.taxes.items()
            },
        )
    assert whole == taken + left.total
    if not left.total:
        assert all((one.base, one.amount) == (0, 0) for one in left.taxes.values())


def test_a_unit_of_three_carries_its_own_tax() -> None:
    parts, left = sale([(1190, 3, "reduced"), (1000, 1, "zero")], 0, Taxing.INCLUDED)
    note = correct_sale(parts, {1: 1190}, besides=0, left=left)
    assert note.taxes == {("VAT", "70000"): Taxed(1112, 78)}
    assert correct_sale(parts, {2: 1000}, besides=0, left=left).taxes == {}
    half = correct_sale(parts, {1: 1190}, besides=-595, left=left)
    assert (half.total, half.taxes) == (595, {("VAT", "70000"): Taxed(556, 39)})
