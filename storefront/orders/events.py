"""What the other parts may want to know of a sale; published in its transaction, inside the store's schema."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order became real: it was paid for, or it waits for a payment the merchant arranged. It is published once.

    An order that only waits for the shopper at the payment page is not announced. `source` is an OrderSource.
    """

    order_id: int
    now: datetime
    source: str = ""


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """An order's money has arrived; published once, after OrderPlaced."""

    order_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class OrderAmended:
    """Goods were added to an order; what they cost more is paid, or waited for together with the rest."""

    order_id: int
    is_paid: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class OrderFulfilled:
    """A parcel of an order has left."""

    order_id: int
    fulfillment_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class OrderCanceled:
    """An order will not be sent; published once its goods are back on sale.

    Whoever took gift cards and store credit gives them back now: they are locked after the stock.
    """

    order_id: int
    actor: str
    now: datetime


@dataclass(frozen=True, slots=True)
class MoneyArrived:
    """The merchant says that the money for an order is here: by bank transfer, in cash. Whoever takes money completes it."""

    order_id: int
    actor: str
    now: datetime


@dataclass(slots=True)
class RefundAsked:
    """A request in the transaction that calls an order off: give back all that was paid for it and is left.

    Whoever took the money adds what will go back to `asked_amount`, and what will go back to gift cards and store credit
    to `credit_amount` (minor units of the order's currency).
    """

    order_id: int
    reason: str
    actor: str
    now: datetime
    asked_amount: int = 0
    credit_amount: int = 0


@dataclass(frozen=True, slots=True)
class PaymentFact:
    """One attempt to pay for an order, in words a person can use; the amount in minor units."""

    state: str
    label: str
    amount: int
    currency: str
    reference: str
    created_at: datetime
    method: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ArrangedPayment:
    """Money that the merchant will see arrive: how, what the shopper has to do, until when; words in the asker's language.

    `kind` is bank_transfer, cash_on_delivery or pay_at_pickup; the amount is minor units of the order's currency.
    """

    kind: str
    title: str
    instructions: str
    amount: int
    due_at: datetime | None

    @property
    def is_cash(self) -> bool:
        """Tell whether it is paid when the goods are brought or picked up."""
        return self.kind in ("cash_on_delivery", "pay_at_pickup")

    @property
    def is_at_counter(self) -> bool:
        """Tell whether it is paid when the goods are picked up."""
        return self.kind == "pay_at_pickup"


@dataclass(slots=True)
class PaymentsAsked:
    """A question, not a notice: how was this order paid, and where can it still be paid?

    Whoever takes the money fills `payments`, newest first, `pay_url` while a payment page is open, and `arranged` while
    money is on its way past any provider.
    """

    order_id: int
    now: datetime
    payments: list[PaymentFact] = field(default_factory=list)
    pay_url: str = ""
    arranged: ArrangedPayment | None = None
