"""Baskets of every kind: whatever is bought, taken off and taxed, the parts make the whole to the last minor unit."""

import random
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import minor_digits
from storefront.pricing.allocation import allocate, divide_half_up
from storefront.pricing.basket import (
    MILLION,
    Basket,
    BasketLine,
    Kind,
    Promotion,
    Scope,
    Target,
    Taxing,
    TaxRate,
    TaxTable,
    Tier,
)
from storefront.pricing.quote import Quote, price_basket
from storefront.pricing.stacking import can_combine
from storefront.pricing.tenders import spend

CARTS, AT_ONCE = 10_000, 40
CURRENCIES = ["JPY", "KRW", "CLP", "USD", "CNY", "EUR", "KWD", "BHD", "TND"]
CLASSES = ["standard", "reduced", "zero"]
LINE_CLASSES = [*CLASSES, "untaxed", "of its own"]
THIRTY = Tier(30_000, off_amount=3000)
PARTS = [0, 10_000, 50_000, 55_000, 60_000, 77_000, 88_750, 99_750, 130_000, 190_000, 200_000, 255_000]


class Parts(NamedTuple):
    """What the parts of a basket in one currency are drawn from."""

    amount: st.SearchStrategy[int]
    line: st.SearchStrategy[BasketLine]
    promotions: st.SearchStrategy[list[Promotion]]


RATES = st.lists(st.builds(TaxRate, st.sampled_from(["A", "B"]), st.sampled_from(PARTS)), max_size=2).map(tuple)


@cache
def parts(top: int) -> Parts:
    """Return the strategies for amounts up to this one, made once: making them costs more than drawing from them."""
    amounts = st.integers(0, top)
    scopes = st.one_of(
        st.just(Scope()),
        st.builds(
            Scope,
            everything=st.just(False),
            product_ids=st.frozensets(st.integers(1, 6), max_size=3),
            collection_ids=st.frozensets(st.integers(1, 3), max_size=2),
        ),
    )
    line = st.builds(
        BasketLine,
        key=st.just(0),
        unit_amount=amounts,
        quantity=st.integers(1, 12),
        product_id=st.integers(1, 6),
        collection_ids=st.frozensets(st.integers(1, 3), max_size=2),
        tax_class=st.sampled_from(LINE_CLASSES),
        requires_shipping=st.booleans(),
        is_discountable=st.sampled_from([True, True, True, False]),
    )
    tiers = st.builds(
        Tier,
        minimum_amount=amounts,
        minimum_quantity=st.integers(0, 5),
        off_amount=amounts,
        off_points=st.sampled_from([0, 0, 1000, 3333]),
    )
    promotion = st.builds(
        Promotion,
        id=st.just(0),
        title=st.just("P"),
        kind=st.sampled_from(list(Kind)),
        code=st.sampled_from(["", "SAVE"]),
        amount=amounts,
        is_each=st.booleans(),
        points=st.integers(0, 10_000),
        scope=scopes,
        get_scope=scopes,
        buy_quantity=st.integers(1, 3),
        get_quantity=st.integers(1, 2),
        most_times=st.integers(0, 2),
        tiers=st.lists(tiers, max_size=3).map(tuple),
        repeats=st.booleans(),
        most_delivery_amount=st.one_of(st.none(), amounts),
        minimum_amount=st.one_of(st.just(0), amounts),
        minimum_quantity=st.integers(0, 3),
        combines_with=st.frozensets(st.sampled_from(list(Target))),
    )
    return Parts(amounts, line, st.lists(promotion, max_size=4))


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    currency = draw(st.sampled_from(CURRENCIES))
    amounts, line, promotions = parts(10 ** (3 + minor_digits(currency)))
    keys = draw(st.lists(st.integers(1, 99), unique=True, min_size=1, max_size=6))
    found = draw(promotions)
    table = TaxTable(
        taxing=draw(st.sampled_from(list(Taxing))),
        rates={name: draw(RATES) for name in CLASSES},
        delivery_rates=draw(st.one_of(st.none(), RATES)),
    )
    return Basket(
        currency=currency,
        lines=tuple(replace(draw(line), key=key) for key in keys),
        delivery_amount=draw(st.one_of(st.none(), amounts)),
        promotions=tuple(replace(one, id=number) for number, one in enumerate(found, 1)),
        taxes=table,
    )


def check(basket: Basket, quote: Quote) -> None:
    """Every sum of a quote, exactly."""
    totals, lines = quote.totals, quote.lines
    kinds = {type(one) for line in lines for one in (line.amount, line.discount, line.tax)} | {type(totals.total)}
    assert kinds == {int}
    assert [line.key for line in lines] == [line.key for line in basket.lines]
    assert (
        totals.subtotal == sum(line.amount for line in lines) == sum(line.unit_amount * line.quantity for line in lines)
    )
    assert totals.discount == sum(line.discount for line in lines) + totals.shipping_discount
    assert totals.tax == sum(line.tax for line in lines) + totals.shipping_tax == sum(tax.amount for tax in quote.taxes)
    on_top = 0 if totals.taxes_included else totals.tax
    assert totals.total == totals.subtotal - totals.discount + totals.shipping + on_top
    assert all(0 <= line.discount <= line.amount and line.tax >= 0 for line in lines)
    assert 0 <= totals.shipping_discount <= totals.shipping and min(totals.tax, totals.shipping_tax, totals.total) >= 0
    by_line: dict[int, int] = {}
    for applied in quote.promotions:
        assert applied.amount == sum(share for _key, share in applied.shares) + applied.shipping_amount
        for key, share in applied.shares:
            by_line[key] = by_line.get(key, 0) + share
    assert {line.key: line.discount for line in lines if line.discount} == by_line
    assert not any(line.discount for line, meant in zip(lines, basket.lines, strict=True) if not meant.is_discountable)
    for line, meant in zip(lines, basket.lines, strict=True):
        assert line.tax == exact_tax(line.net, basket.taxes, basket.taxes.rates_of(meant.tax_class))


def exact_tax(net: int, table: TaxTable, rates: tuple[TaxRate, ...]) -> int:
    """The law's arithmetic, in fractions: a half goes up."""
    if table.taxing is Taxing.ADDED:
        return sum(half_up(Fraction(net * rate.parts, MILLION)) for rate in rates)
    if table.taxing is Taxing.INCLUDED:
        return half_up(net - net / (1 + Fraction(sum(rate.parts for rate in rates), MILLION)))
    return 0


def half_up(value: Fraction) -> int:
    return (value + Fraction(1, 2)).__floor__()


def check_in_any_order(basket: Basket, shuffle: random.Random) -> None:
    quote = price_basket(basket)
    check(basket, quote)
    mixed = list(basket.lines)
    shuffle.shuffle(mixed)
    other = price_basket(replace(basket, lines=tuple(mixed)))
    assert other.totals == quote.totals and other.taxes == quote.taxes and other.promotions == quote.promotions
    assert sorted(other.lines, key=lambda line: line.key) == sorted(quote.lines, key=lambda line: line.key)


@settings(max_examples=150)
@given(baskets(), st.randoms(use_true_random=False))
def test_every_total_is_the_sum_of_its_parts(basket: Basket, shuffle: random.Random) -> None:
    check_in_any_order(basket, shuffle)


@settings(max_examples=CARTS // AT_ONCE)
@given(st.integers(0, 2**63))
def test_ten_thousand_carts_add_up_in_any_order_of_lines(seed: int) -> None:
    """Forty carts for each number that Hypothesis draws: drawing every part of them would take minutes."""
    chance = random.Random(seed)
    for _ in range(AT_ONCE):
        check_in_any_order(basket_by_chance(chance), chance)


def basket_by_chance(chance: random.Random) -> Basket:
    currency = chance.choice(CURRENCIES)
    top = 10 ** (3 + minor_digits(currency))

    def amount() -> int:
        return chance.choice([0, 1, 3, 99, 333, chance.randrange(top), chance.randrange(top)])

    def scope() -> Scope:
        if chance.random() < 0.5:
            return Scope()
        some = {
            "product_ids": frozenset(chance.sample(range(1, 7), 2)),
            "collection_ids": frozenset({chance.randint(1, 4)}),
        }
        return Scope(everything=False, **some)

    def rates() -> tuple[TaxRate, ...]:
        return tuple(TaxRate(name, chance.choice(PARTS)) for name in "AB"[: chance.randrange(3)])

    lines = tuple(
        BasketLine(
            key=key,
            unit_amount=amount(),
            quantity=chance.choice([1, 1, 2, 3, 7, 12]),
            product_id=chance.randint(1, 6),
            collection_ids=frozenset({chance.randint(1, 3)}),
            tax_class=chance.choice(LINE_CLASSES),
            requires_shipping=chance.random() < 0.7,
            is_discountable=chance.random() < 0.9,
        )
        for key in chance.sample(range(1, 99), chance.randint(1, 8))
    )
    promotions = tuple(
        Promotion(
            id=number,
            title="P",
            kind=chance.choice(list(Kind)),
            code=chance.choice(["", "SAVE"]),
            amount=amount(),
            is_each=chance.random() < 0.3,
            points=chance.choice([1, 1000, 1250, 3333, 5000, 10_000]),
            scope=scope(),
            get_scope=scope(),
            buy_quantity=chance.randint(1, 3),
            get_quantity=chance.randint(1, 2),
            most_times=chance.randint(0, 2),
            tiers=tuple(Tier(amount(), chance.randint(0, 4), amount(), chance.choice([0, 0, 1500])) for _ in range(2)),
            repeats=chance.random() < 0.3,
            most_delivery_amount=chance.choice([None, amount()]),
            minimum_amount=chance.choice([0, 0, amount()]),
            minimum_quantity=chance.choice([0, 0, 3]),
            combines_with=frozenset(target for target in Target if chance.random() < 0.7),
        )
        for number in range(1, chance.randint(1, 6))
    )
    table = TaxTable(
        taxing=chance.choice(list(Taxing)),
        rates={name: rates() for name in CLASSES},
        delivery_rates=chance.choice([None, rates()]),
    )
    return Basket(currency, lines, chance.choice([None, amount()]), promotions, table)


def split_by_float(amount: int, weights: list[int]) -> list[int]:
    return [round(amount * (weight / sum(weights))) if sum(weights) else 0 for weight in weights]


def split_by_floor(amount: int, weights: list[int]) -> list[int]:
    return [amount * weight // sum(weights) if sum(weights) else 0 for weight in weights]


@pytest.mark.parametrize("naive", [split_by_float, split_by_floor], ids=["a float", "rounding each share down"])
def test_a_naive_split_is_found_out(monkeypatch: pytest.MonkeyPatch, naive: object) -> None:
    """The control: with the guard taken out the same checks go red."""
    monkeypatch.setattr("storefront.pricing.promotions.allocate", naive)
    off = Promotion(id=1, title="10 off", kind=Kind.AMOUNT, amount=1000)
    lines = tuple(BasketLine(key=key, unit_amount=3333, quantity=1) for key in range(3))
    quote = price_basket(Basket("USD", lines, promotions=(off,)))
    assert quote.totals.discount != 1000


def test_a_float_in_the_tax_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """0.5 cents of tax: Python's round goes to the even cent and 1.15 * 100 is not 115."""
    table = TaxTable(Taxing.ADDED, {"standard": (TaxRate("VAT", 50_000),)})
    basket = Basket("USD", (BasketLine(key=1, unit_amount=50, quantity=1),), taxes=table)
    assert price_basket(basket).totals.tax == 3
    monkeypatch.setattr("storefront.pricing.taxes.divide_half_up", lambda top, bottom: round(top / bottom))
    with pytest.raises(AssertionError):
        check(basket, price_basket(basket))


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_shares_add_up_and_stay_near_what_is_fair(amount: int, weights: list[int]) -> None:
    if not sum(weights):
        with pytest.raises(ValueError, match="carry"):
            allocate(amount + 1, weights)
        return
    shares = allocate(amount, weights)
    assert sum(shares) == amount
    assert all(
        abs(share - Fraction(amount * weight, sum(weights))) < 1 for share, weight in zip(shares, weights, strict=True)
    )
    assert amount > sum(weights) or all(share <= weight for share, weight in zip(shares, weights, strict=True))


@settings(max_examples=60)
@given(baskets())
def test_no_other_combination_takes_more_off(basket: Basket) -> None:
    """Held beside all groups that can stand together, one by one; shares of a unit may fall on another line."""
    best = price_basket(basket).totals.discount
    for size in range(1, len(basket.promotions) + 1):
        for group in combinations(basket.promotions, size):
            if all(can_combine(one, other) for one, other in combinations(group, 2)):
                forced = tuple(replace(one, combines_with=frozenset(Target)) for one in group)
                assert price_basket(replace(basket, promotions=forced)).totals.discount <= best + size


@pytest.mark.parametrize(
    ("promotion", "bought", "off"),
    [
        (Promotion(1, "¥30 off from ¥300", Kind.AMOUNT, amount=3000, minimum_amount=30_000), [(10_000, 3)], 3000),
        (Promotion(1, "¥30 off from ¥300", Kind.AMOUNT, amount=3000, minimum_amount=30_000), [(9999, 3)], 0),
        (Promotion(1, "12.5 %", Kind.PERCENT, points=1250), [(3, 1), (1, 1)], 1),
        (Promotion(1, "3 off each", Kind.AMOUNT, amount=300, is_each=True), [(200, 2), (1000, 2)], 1000),
        (Promotion(1, "2 + 1 free", Kind.BUY_GET, buy_quantity=2, get_quantity=1, points=10_000), [(500, 2), (300, 1)], 300),
        (Promotion(1, "2 + 1 free", Kind.BUY_GET, buy_quantity=2, get_quantity=1, points=10_000), [(500, 2)], 0),
        (Promotion(1, "2 + 1 half", Kind.BUY_GET, buy_quantity=2, get_quantity=1, points=5000), [(301, 6)], 301),
        (Promotion(1, "2 + 1 once", Kind.BUY_GET, buy_quantity=2, get_quantity=1, points=10_000, most_times=1), [(300, 9)], 300),
        (Promotion(1, "满300减30", Kind.TIERS, tiers=(THIRTY, Tier(50_000, off_amount=6000))), [(25_000, 2)], 6000),
        (Promotion(1, "每满300减30", Kind.TIERS, tiers=(THIRTY,), repeats=True), [(35_000, 2)], 6000),
        (Promotion(1, "满3件8折", Kind.TIERS, tiers=(Tier(minimum_quantity=3, off_points=2000),)), [(1000, 3)], 600),
        (Promotion(1, "free delivery", Kind.FREE_DELIVERY), [(1000, 1)], 700),
        (Promotion(1, "free delivery", Kind.FREE_DELIVERY, most_delivery_amount=600), [(1000, 1)], 0),
        (Promotion(1, "too much", Kind.AMOUNT, amount=99_999), [(1000, 1)], 1000),
    ],
)  # fmt: skip
def test_each_kind_takes_off_what_it_says(promotion: Promotion, bought: list[tuple[int, int]], off: int) -> None:
    lines = tuple(BasketLine(key=key, unit_amount=unit, quantity=count) for key, (unit, count) in enumerate(bought))
    assert price_basket(Basket("CNY", lines, delivery_amount=700, promotions=(promotion,))).totals.discount == off


def test_the_better_of_two_that_exclude_each_other_is_taken_and_the_other_says_why() -> None:
    lines = (BasketLine(key=1, unit_amount=10_000, quantity=1),)
    automatic = Promotion(1, "20 % today", Kind.PERCENT, points=2000)
    code = Promotion(2, "Welcome", Kind.PERCENT, points=1000, code="WELCOME")
    quote = price_basket(Basket("USD", lines, promotions=(automatic, code)))
    assert [one.promotion_id for one in quote.promotions] == [1]
    assert [(one.promotion.code, one.obstacle.reason, one.instead_of) for one in quote.refused] == [
        ("WELCOME", "not_combinable", "20 % today")
    ]
    together = [replace(one, combines_with=frozenset({Target.ORDER})) for one in (automatic, code)]
    assert price_basket(Basket("USD", lines, promotions=tuple(together))).totals.discount == 2800
    same = replace(code, points=2000)
    assert price_basket(Basket("USD", lines, promotions=(automatic, same))).promotions[0].code == "WELCOME"


def test_what_a_foreign_business_buys_is_priced_without_the_tax_of_home() -> None:
    table = TaxTable(Taxing.REMOVED, {"standard": (TaxRate("VAT", 190_000),)}, (TaxRate("VAT", 190_000),), True)
    quote = price_basket(Basket("EUR", (BasketLine(key=1, unit_amount=11_900, quantity=2),), 595, taxes=table))
    assert (quote.totals.subtotal, quote.totals.shipping, quote.totals.tax, quote.totals.total) == (
        20_000,
        500,
        0,
        20_500,
    )
    assert quote.is_reverse_charge and not quote.totals.taxes_included


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**8), max_size=6))
def test_cards_pay_at_most_the_total_and_what_lies_on_them(total: int, balances: list[int]) -> None:
    parts = spend(total, balances)
    assert sum(parts) == min(total, sum(balances))
    assert all(0 <= part <= balance for part, balance in zip(parts, balances, strict=True))


@pytest.mark.parametrize(("top", "bottom", "result"), [(1, 2, 1), (3, 2, 2), (5, 4, 1), (7, 4, 2), (0, 9, 0)])
def test_a_half_goes_up(top: int, bottom: int, result: int) -> None:
    assert divide_half_up(top, bottom) == result
