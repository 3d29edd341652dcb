"""What carts ask of the parts above them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class HoldsAsked:
    """A question, not a notice: which units of each variant are held for this very cart while its shopper pays?

    Whoever knows fills `held`; without it a shopper who comes back from the payment page would find their own last unit
    sold out.
    """

    cart_token: str
    held: dict[int, int] = field(default_factory=dict)
