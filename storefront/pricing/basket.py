"""What a price is asked for: lines, a delivery, the promotions that may take something off, the taxes of the place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

STANDARD_CLASS, UNTAXED_CLASS = "standard", "untaxed"
WHOLE = 10_000  # basis points of a whole: 12.5 % is 1250
# The id of a discount that a merchant gives by hand: it is no promotion of the store, and nobody counts its uses.
BY_HAND = 0
MILLION = 1_000_000  # parts of a whole in a tax rate: 8.875 % is 88,750


@dataclass(frozen=True, slots=True)
class BasketLine:
    """Some units of one thing at one price, in minor units; `key` is the line's own, such as the variant's id.

    Gift cards are goods that are not discounted (`is_discountable`) and carry a tax class without rates.
    """

    key: int
    unit_amount: int
    quantity: int
    product_id: int = 0
    collection_ids: frozenset[int] = frozenset()
    tax_class: str = STANDARD_CLASS
    requires_shipping: bool = True
    is_discountable: bool = True

    @property
    def amount(self) -> int:
        return self.unit_amount * self.quantity


class Kind(StrEnum):
    """What a promotion does; TIERS takes more off the more is bought (满减, 满折)."""

    AMOUNT = "amount"
    PERCENT = "percent"
    BUY_GET = "buy_get"
    FREE_DELIVERY = "free_delivery"
    TIERS = "tiers"


class Target(StrEnum):
    """What a promotion takes something off; promotions name the targets of those they can be combined with."""

    GOODS = "goods"
    ORDER = "order"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Scope:
    """The goods that are meant: all, or these products and all products of these collections."""

    everything: bool = True
    product_ids: frozenset[int] = frozenset()
    collection_ids: frozenset[int] = frozenset()

    def holds(self, line: BasketLine) -> bool:
        if not line.is_discountable:
            return False
        return (
            self.everything
            or line.product_id in self.product_ids
            or not self.collection_ids.isdisjoint(line.collection_ids)
        )


ALL_GOODS = Scope()


@dataclass(frozen=True, slots=True)
class Tier:
    """From this much or so many on: so much off, in minor units or basis points."""

    minimum_amount: int = 0
    minimum_quantity: int = 0
    off_amount: int = 0
    off_points: int = 0


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion that this shopper may have, in the basket's currency; without a `code` it applies by itself.

    `amount` of AMOUNT is off once, or by `is_each` off every unit. `points` are basis points: 1250 is 12.5 %. BUY_GET gives
    `points` off `get_quantity` units of `get_scope` for each `buy_quantity` units of `scope`, the cheapest first, at most
    `most_times` (0: without end). TIERS counts the highest tier reached, by `repeats` as often as it is filled.
    FREE_DELIVERY is for ways that cost at most `most_delivery_amount` (None: whatever they cost).
    Minimums look at the goods of `scope` at their prices before any promotion.
    """

    id: int
    title: str
    kind: Kind
    code: str = ""
    amount: int = 0
    is_each: bool = False
    points: int = 0
    scope: Scope = ALL_GOODS
    get_scope: Scope = ALL_GOODS
    buy_quantity: int = 0
    get_quantity: int = 0
    most_times: int = 0
    tiers: tuple[Tier, ...] = ()
    repeats: bool = False
    most_delivery_amount: int | None = None
    minimum_amount: int = 0
    minimum_quantity: int = 0
    combines_with: frozenset[Target] = frozenset()

    @property
    def target(self) -> Target:
        if self.kind is Kind.FREE_DELIVERY:
            return Target.DELIVERY
        if self.kind is Kind.BUY_GET or self.is_each or not self.scope.everything:
            return Target.GOODS
        return Target.ORDER


class Taxing(StrEnum):
    """NONE: no tax is counted · ADDED: prices are without it · INCLUDED: it is inside the prices · REMOVED: the prices hold
    the tax of the store's own place, which this buyer does not pay."""

    NONE = "none"
    ADDED = "added"
    INCLUDED = "included"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax by name; `parts` are millionths: 8.875 % is 88,750."""

    name: str
    parts: int


@dataclass(frozen=True, slots=True)
class TaxTable:
    """The rates of one place by tax class; a class that is not named is taxed as the standard one.

    Delivery has rates of its own, or by None those of the goods it carries, by their worth. For REMOVED the rates are those
    that the prices hold.
    """

    taxing: Taxing = Taxing.NONE
    rates: Mapping[str, tuple[TaxRate, ...]] = field(default_factory=dict)
    delivery_rates: tuple[TaxRate, ...] | None = ()
    is_reverse_charge: bool = False

    def rates_of(self, tax_class: str) -> tuple[TaxRate, ...]:
        if tax_class == UNTAXED_CLASS:
            return ()
        found = self.rates.get(tax_class)
        return self.rates.get(STANDARD_CLASS, ()) if found is None else found


NO_TAXES = TaxTable()


@dataclass(frozen=True, slots=True)
class Basket:
    """Everything that decides a price, amounts in minor units of `currency`.

    `delivery_amount` is None as long as no way of delivery is chosen.
    """

    currency: str
    lines: tuple[BasketLine, ...]
    delivery_amount: int | None = None
    promotions: tuple[Promotion, ...] = ()
    taxes: TaxTable = NO_TAXES
