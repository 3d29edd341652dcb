"""The ranking of products."""

from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.frames.errors import FrameError
from analytics.frames.products import top_products

COLUMNS = ["placed_at", "order_id", "product_id", "items_count", "amount"]
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 3, 2, tzinfo=UTC)
EARLIER = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)


def lines_frame(*rows: tuple[datetime, int, int | None, int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS)


def test_products_are_ranked_by_amount_then_items_then_id() -> None:
    lines = lines_frame(
        (SINCE, 1, 30, 1, 500),
        (LATER, 1, 10, 1, 300),
        (LATER, 2, 10, 2, 600),
        (LATER, 2, 10, 1, 100),
        (LATER, 3, 20, 2, 500),
        (LATER, 3, 25, 1, 500),
        (EARLIER, 4, 30, 9, 9000),
    )
    result = top_products(lines, since=SINCE, limit=3)
    assert list(result.columns) == ["product_id", "items_count", "orders_count", "amount"]
    assert [tuple(map(int, row)) for row in result.to_numpy()] == [(10, 4, 2, 1000), (20, 2, 1, 500), (25, 1, 1, 500)]


def test_lines_of_a_product_that_is_gone_are_left_out() -> None:
    lines = lines_frame((LATER, 1, None, 1, 900), (LATER, 1, 7, 1, 100))
    assert top_products(lines, since=SINCE, limit=5)["amount"].tolist() == [100]


def test_no_lines_give_an_empty_ranking() -> None:
    result = top_products(pd.DataFrame(columns=COLUMNS), since=SINCE, limit=5)
    assert (len(result), str(result["amount"].dtype)) == (0, "int64")


def test_a_limit_below_one_and_a_naive_moment_are_refused() -> None:
    with pytest.raises(FrameError, match="limit"):
        top_products(lines_frame(), since=SINCE, limit=0)
    with pytest.raises(FrameError, match="since"):
        top_products(lines_frame(), since=SINCE.replace(tzinfo=None), limit=1)


rows = st.tuples(st.just(LATER), st.integers(1, 5), st.integers(1, 6), st.integers(0, 9), st.integers(0, 10**15))


@settings(max_examples=40)
@given(st.lists(rows, min_size=1, max_size=30))
def test_all_products_add_up_to_all_lines(lines: list[tuple[datetime, int, int, int, int]]) -> None:
    result = top_products(lines_frame(*lines), since=SINCE, limit=100)
    assert int(result["amount"].sum()) == sum(line[4] for line in lines)
    assert int(result["items_count"].sum()) == sum(line[3] for line in lines)
    assert result["amount"].is_monotonic_decreasing
