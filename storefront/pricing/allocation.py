"""Splitting and rounding whole minor units so that nothing is lost: the only division near money."""

from collections.abc import Sequence


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Return shares of an amount in proportion to weights, by largest remainder; they add up to the amount exactly.

    Of equal remainders the earlier is served first. No share is above its weight while the amount is not above all of them.
    Raises: ValueError for anything negative, and for an amount with nothing to carry it.
    """
    whole = sum(weights)
    if amount < 0 or min(weights, default=0) < 0:
        raise ValueError("neither an amount nor a weight is negative")
    if amount == 0:
        return [0] * len(weights)
    if whole == 0:
        raise ValueError("there is nothing that could carry the amount")
    shares, remainders = [], []
    for place, weight in enumerate(weights):
        share, remainder = divmod(amount * weight, whole)
        shares.append(share)
        remainders.append((-remainder, place))
    for _remainder, place in sorted(remainders)[: amount - sum(shares)]:
        shares[place] += 1
    return shares


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return the nearest whole number of a quotient that is not negative; a half goes up."""
    return (2 * numerator + denominator) // (2 * denominator)
