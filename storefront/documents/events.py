"""What the other parts may want to know of a paper; published in its transaction, inside the store's schema."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class InvoiceIssued:
    """An order has an invoice from now on; the order is locked, and so is the series that numbers are taken from."""

    order_id: int
    actor: str
    now: datetime
