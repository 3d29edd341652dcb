"""The engine's words for tiers, slots and sources, apart from everything that loads numbers: pages may import them."""

from enum import IntEnum, StrEnum

# The method that is served, among those an evaluation compares.
BLEND = "blend"


class Tier(IntEnum):
    """Say how much the store's data allows: best-sellers, a small blend, or the full blend with matrix factors."""

    BEST_SELLERS = 0
    SMALL = 1
    FULL = 2


class Slot(StrEnum):
    """Name the two lists of a customer: products never bought, and products bought before."""

    FOR_YOU = "for_you"
    BUY_AGAIN = "buy_again"


class Source(IntEnum):
    """Say what put a product on a customer's list."""

    MODEL = 0
    CONTENT = 1
    BEST_SELLER = 2
    REPEAT = 3
    NEWEST = 4
