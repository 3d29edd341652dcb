"""Partial refunds of a line add up to what was paid for it, in whatever pieces they go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.pricing.refunding import PaidLine, sum_refund, units_worth

paid_lines = st.tuples(st.integers(0, 10**12), st.integers(1, 999))


@given(paid_lines, st.data())
def test_pieces_of_any_size_make_the_whole_and_no_unit_is_worth_a_unit_more(
    line: tuple[int, int], data: st.DataObject
) -> None:
    paid, quantity = line
    gone, total = 0, 0
    while gone < quantity:
        count = data.draw(st.integers(1, quantity - gone))
        worth = units_worth(paid=paid, quantity=quantity, first=gone, count=count)
        assert count * (paid // quantity) <= worth <= count * -(-paid // quantity)
        gone, total = gone + count, total + worth
    assert total == paid


def test_three_things_for_ten_go_back_as_four_three_and_three() -> None:
    worths = [units_worth(paid=10, quantity=3, first=first, count=1) for first in range(3)]
    assert (worths, sum(worths)) == ([4, 3, 3], 10)


@pytest.mark.parametrize(("first", "count"), [(0, 4), (3, 1), (-1, 1), (0, -1)])
def test_units_that_were_not_bought_are_worth_nothing_but_an_error(first: int, count: int) -> None:
    with pytest.raises(ValueError, match="no units"):
        units_worth(paid=10, quantity=3, first=first, count=count)


def test_a_refund_is_the_sum_of_its_lines_delivery_and_what_is_given_or_kept_besides() -> None:
    lines = [PaidLine(key=7, quantity=3, paid=1000, returned=1), PaidLine(key=8, quantity=1, paid=500)]
    worth = sum_refund(lines, {7: 2}, delivery=490, adjustment=-100)
    assert (worth.lines, worth.total) == ({7: 666}, 666 + 490 - 100)
    with pytest.raises(ValueError, match="no units"):
        sum_refund(lines, {7: 3}, delivery=0, adjustment=0)
