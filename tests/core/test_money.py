"""Amounts are exact or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.money import format_money, minor_digits, parse_amount, to_decimal


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("12.90", "USD", 1290), ("12.9", "USD", 1290), ("12", "USD", 1200), ("0", "USD", 0), (" 7.00 ", "GBP", 700),
     ("1299", "JPY", 1299), ("1.234", "KWD", 1234), ("-4.80", "USD", -480), ("0.10", "CNY", 10)],
)  # fmt: skip
def test_amounts_are_read_exactly(text: str, currency: str, amount: int) -> None:
    assert parse_amount(text, currency) == amount


@pytest.mark.parametrize(
    "text", ["", "abc", "12.345", "1,299.00", "1e3", "NaN", "Infinity", "٣", "12 90", "0x10", "--1", "1" * 20, "$12"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_amount(text, "USD")


@given(st.integers(-(10**12), 10**12), st.sampled_from(["USD", "JPY", "KWD", "CNY", "GBP"]))
def test_a_written_amount_reads_back_the_same(amount: int, currency: str) -> None:
    digits = minor_digits(currency)
    assert parse_amount(f"{to_decimal(amount, currency):.{digits}f}", currency) == amount


def test_amounts_are_written_as_their_readers_write_them() -> None:
    assert format_money(129900, "CNY", "zh-hans") == "¥1,299.00"
    assert format_money(1800, "USD", "en") == "$18.00"
    assert format_money(1800, "JPY", "en") == "¥1,800"
