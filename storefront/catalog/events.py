"""What catalog tells the parts above it, in the same transaction and inside the store's schema."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProductChanged:
    """These products are new, changed or gone: search writes their words anew."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HandleChanged:
    """Something got another address: content keeps the former one leading there. `kind` is product, collection or category."""

    kind: str
    old_handle: str
    new_handle: str


@dataclass(frozen=True, slots=True)
class StockAsked:
    """A merchant typed how many units of a variant there are to sell; inventory writes it.

    `quantity` does not count units that are already promised to orders.
    """

    variant_id: int
    quantity: int
    actor: str
    now: datetime


@dataclass(frozen=True, slots=True)
class ManyStockAsked:
    """The same for many variants at once: `rows` are (variant id, units to sell, or None to leave them)."""

    rows: tuple[tuple[int, int | None], ...]
    actor: str
    now: datetime


@dataclass(slots=True)
class DeletionAsked:
    """A question: whoever still needs these products says why in `reasons`, in sentences for the merchant."""

    product_ids: tuple[int, ...]
    reasons: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TextAsked:
    """A question, not a notice: search answers by filling `product_ids`, best first."""

    text: str
    limit: int
    product_ids: list[int] | None = None


@dataclass(frozen=True, slots=True)
class ProductViewed:
    """A signed-in customer looked at a product's page."""

    customer_id: int
    product_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class ProductPutInCart:
    """A signed-in customer put a product in the cart."""

    customer_id: int
    product_id: int
    now: datetime
