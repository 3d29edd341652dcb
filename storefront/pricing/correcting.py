"""What a credit note takes off a sale, with its tax by rate; pure arithmetic in minor units that never takes off too much."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storefront.pricing.allocation import divide_half_up

# A tax by its name and its percent as text, as an order keeps it.
RateKey = tuple[str, str]

# Where an order says how much tax it has and not by which rate.
UNSPLIT: RateKey = ("", "")


@dataclass(frozen=True, slots=True)
class Taxed:
    """What one rate makes: `base` is without any tax."""

    base: int
    amount: int


@dataclass(frozen=True, slots=True)
class SoldPart:
    """A line or the delivery as it was sold: `paid` with its tax, `credited` of it by notes before this one."""

    key: int
    paid: int
    taxes: Mapping[RateKey, int]
    credited: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """What of a sale no note has taken off yet: the sum with its tax, and the tax by rate."""

    total: int
    taxes: Mapping[RateKey, Taxed]


@dataclass(frozen=True, slots=True)
class Taken:
    """One row of a note: `amount` with its tax."""

    amount: int
    taxes: Mapping[RateKey, int]

    @property
    def tax(self) -> int:
        """Return the row's tax by all rates."""
        return sum(self.taxes.values())

    @property
    def base(self) -> int:
        """Return the row's amount without tax."""
        return self.amount - self.tax


@dataclass(frozen=True, slots=True)
class Correction:
    """A note: its parts by their key, what is taken off besides (below zero where something is kept), and tax by rate."""

    parts: Mapping[int, Taken]
    besides: Taken | None
    taxes: Mapping[RateKey, Taxed]

    @property
    def total(self) -> int:
        """Return what the note takes off in all."""
        return sum(row.amount for row in self.parts.values()) + (self.besides.amount if self.besides else 0)


def correct_sale(parts: Iterable[SoldPart], amounts: Mapping[int, int], *, besides: int, left: Left) -> Correction:
    """Return the note that takes these amounts off these parts, and a sum besides.

    A part's tax is in proportion to what is taken off it, so that pieces of a part make its tax exactly. A sum besides has
    the mix of taxes of all that is left; one that is kept has that of the note. No rate gives back more than is left of it,
    and the note that takes the last of a sale takes the last of each rate.
    Raises: ValueError for nothing, for more than is left, and for more of a part than was paid.
    """
    by_key = {part.key: part for part in parts}
    rows = {key: take_part(by_key[key], amount) for key, amount in amounts.items() if amount}
    total = sum(row.amount for row in rows.values()) + besides
    if not 0 < total <= left.total:
        raise ValueError(f"{total} is not to be taken off {left.total}")
    taxes = _sum_rows(rows.values())
    extra = _besides(besides, taxes, sum(row.amount for row in rows.values()), left)
    if extra is not None:
        taxes = _add(taxes, extra)
    wanted = dict(left.taxes) if total == left.total else _keep_within(taxes, left.taxes)
    row = None if extra is None else Taken(besides, {key: one.amount for key, one in extra.items()})
    rows, row = _carry(rows, row, {key: wanted[key].amount - taxes.get(key, _NOTHING).amount for key in wanted})
    return Correction(rows, row, {key: one for key, one in wanted.items() if one.amount or one.base})


_NOTHING = Taxed(0, 0)


def take_part(part: SoldPart, amount: int) -> Taken:
    """Return what a sum takes off a part, with its tax; pieces of a part make its tax exactly.

    Raises: ValueError for more than is left of it.
    """
    after = part.credited + amount
    if amount < 0 or after > part.paid:
        raise ValueError(f"{amount} of part {part.key} is not there: {part.credited} of {part.paid} went before")
    taxes = {
        key: divide_half_up(tax * after, part.paid) - divide_half_up(tax * part.credited, part.paid)
        for key, tax in part.taxes.items()
    }
    return Taken(amount, taxes)


def _sum_rows(rows: Iterable[Taken]) -> dict[RateKey, Taxed]:
    sums: dict[RateKey, Taxed] = {}
    for row in rows:
        sums = _add(sums, {key: Taxed(row.base, tax) for key, tax in row.taxes.items()})
    return sums


def _besides(amount: int, note: Mapping[RateKey, Taxed], note_total: int, left: Left) -> dict[RateKey, Taxed] | None:
    if not amount:
        return None
    if amount < 0:  # Less is given back than the parts cost: the tax of the parts is less in the same measure.
        return {
            key: Taxed(-_share(one.base, -amount, note_total), -_share(one.amount, -amount, note_total))
            for key, one in note.items()
        }
    rest = left.total - note_total
    return {
        key: Taxed(
            _share(max(0, one.base - note.get(key, _NOTHING).base), amount, rest),
            _share(max(0, one.amount - note.get(key, _NOTHING).amount), amount, rest),
        )
        for key, one in left.taxes.items()
    }


def _share(value: int, numerator: int, denominator: int) -> int:
    return divide_half_up(value * numerator, denominator)


def _add(one: Mapping[RateKey, Taxed], other: Mapping[RateKey, Taxed]) -> dict[RateKey, Taxed]:
    return {
        key: Taxed(
            one.get(key, _NOTHING).base + other.get(key, _NOTHING).base,
            one.get(key, _NOTHING).amount + other.get(key, _NOTHING).amount,
        )
        for key in [*one, *(key for key in other if key not in one)]
    }


def _keep_within(taxes: Mapping[RateKey, Taxed], left: Mapping[RateKey, Taxed]) -> dict[RateKey, Taxed]:
    return {
        key: Taxed(
            max(0, min(one.base, left.get(key, _NOTHING).base)), max(0, min(one.amount, left.get(key, _NOTHING).amount))
        )
        for key, one in taxes.items()
    }


def _carry(
    rows: dict[int, Taken], extra: Taken | None, missing: Mapping[RateKey, int]
) -> tuple[dict[int, Taken], Taken | None]:
    """Put what the note's tax is more or less than its rows' into the last of them, so that the rows make the sums."""
    if not any(missing.values()):
        return rows, extra
    last = extra if extra is not None else rows[next(reversed(rows))]
    keys = [*last.taxes, *(key for key in missing if key not in last.taxes)]
    mended = Taken(last.amount, {key: last.taxes.get(key, 0) + missing.get(key, 0) for key in keys})
    if extra is not None:
        return rows, mended
    return {**rows, next(reversed(rows)): mended}, None
