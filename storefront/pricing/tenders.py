"""Gift cards and store credit: they pay a total and change nothing of it."""

from collections.abc import Sequence


def spend(total_amount: int, balances: Sequence[int]) -> list[int]:
    """Return how much of each balance pays a total, in the order given, all in minor units of one currency.

    Raises: ValueError for anything negative.
    """
    if total_amount < 0 or min(balances, default=0) < 0:
        raise ValueError("neither a total nor a balance is negative")
    left, parts = total_amount, []
    for balance in balances:
        part = min(balance, left)
        parts.append(part)
        left -= part
    return parts
