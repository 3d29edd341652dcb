"""What goods that came back were paid with, beside what would be sent instead costs today."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from storefront.orders.additions import Additions, price_additions
from storefront.orders.errors import AmendmentRefused
from storefront.payments.selectors import get_refundable
from storefront.returns.models import Return


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sums with their tax, in minor units of the order's currency; what is sent again as it was is in neither.

    `given` is what had gone back with an exchange that was called off. `prices` are today's, by variant. Where a `problem`
    says why nothing can be compared, nobody owes anything.
    """

    paid: int = 0
    costs: int = 0
    given: int = 0
    prices: Mapping[int, int] = field(default_factory=dict)
    problem: str = ""

    @property
    def balance(self) -> int:
        """Return what the customer is owed, below zero what the goods cost more."""
        return 0 if self.problem else self.paid - self.costs - self.given


def compare_exchange(found: Return, *, counts: Mapping[int, int], versions: Mapping[int, int]) -> Comparison:
    """Return what it comes to if these versions are sent for so many units, both by the id of the order's line.

    Goods are priced as those that are added to an order: at today's prices, with the taxes of where it goes.
    """
    order = found.order
    before = dict(order.lines.filter(pk__in=counts).values_list("pk", "variant_id"))
    changed = {pk: count for pk, count in counts.items() if versions.get(pk, before[pk]) != before[pk]}
    if not changed:
        return Comparison(given=found.rest_amount)
    wanted: dict[int, int] = {}
    for pk, count in changed.items():
        wanted[versions[pk]] = wanted.get(versions[pk], 0) + count
    try:
        addition = price_additions(order, Additions(variants=wanted))
    except AmendmentRefused as error:
        return Comparison(problem=str(error))
    return Comparison(
        paid=get_refundable(order).sum(changed, delivery=0, adjustment=0).total,
        costs=addition.total,
        given=found.rest_amount,
        prices={line["variant_id"]: line["unit_amount"] for line in addition.lines},
    )
