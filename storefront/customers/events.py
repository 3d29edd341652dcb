"""What happens to a customer, told in the same transaction and inside the store's schema."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class CustomerSignedIn:
    """Somebody has proved who they are; `session` is theirs, with what they did here as a stranger."""

    customer_id: int
    session: MutableMapping[str, Any]
    now: datetime


@dataclass(frozen=True, slots=True)
class PersonalizationChanged:
    """A customer allows suggestions from what they do, or does not any more: then forget what they did."""

    customer_id: int
    is_wanted: bool


@dataclass(slots=True)
class CustomerDataAsked:
    """A question: what do you keep of this customer? Whoever keeps something adds it to `sections` under its own name.

    Values are what JSON can hold; times as ISO 8601, money as minor units with a currency.
    """

    customer_id: int
    email: str
    sections: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ErasureAsked:
    """A question: may this customer be erased now? Whoever still needs them adds a sentence to `reasons`."""

    customer_id: int
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HoldOrders:
    """Customers are about to be held as a whole: hold their carts, then their orders, which others lock before anything else."""

    customer_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HoldGoods:
    """Then the goods that they wrote about; `then` takes what is locked after goods while it keeps them from writing more."""

    customer_ids: tuple[int, ...]
    then: Callable[[], object]


@dataclass(frozen=True, slots=True)
class HoldBalances:
    """Then discounts that name them, gift cards and store credit, in this order; the customers themselves come last."""

    customer_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CustomerErased:
    """A customer is being erased: remove or blank what names them; `email` is the one they had.

    `words` are what else names them wherever it was typed: the address, a full name, a telephone number. It may come more than
    once for one customer. Files go when the transaction has committed.
    """

    customer_id: int
    email: str
    now: datetime
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MergeRow:
    """One thing of which two customers become one: what the one has who stays, what the other has, and what is there then."""

    label: str
    stays: str
    goes: str
    after: str


@dataclass(slots=True)
class MergeAsked:
    """A question for the page before two customers are made one: what does the one have who stays, what the other?

    Whoever moves something at `CustomersMerged` adds its `rows`, only those that somebody with these permissions may see.
    """

    stays_id: int
    goes_id: int
    stays_email: str
    goes_email: str
    permissions: frozenset[str]
    rows: list[MergeRow] = field(default_factory=list)

    def add(self, label: str, stays: int, goes: int, after: int | None = None) -> None:
        """Add how many each has; they add up unless `after` says otherwise. Nothing is said of what neither has."""
        if stays or goes:
            self.rows.append(MergeRow(label, str(stays), str(goes), str(stays + goes if after is None else after)))


@dataclass(frozen=True, slots=True)
class CustomersMerged:
    """Two customers, both held, become one: move all that points at `goes_id`, or is known by its address.

    The row of whoever goes is deleted right after; the database refuses that while anything points at it.
    """

    stays_id: int
    goes_id: int
    stays_email: str
    goes_email: str
    actor: str
    now: datetime


@dataclass(slots=True)
class CreditHoldersAsked:
    """A question: who has credit with the store now? Whoever knows fills `customer_ids`, a query of customers' keys."""

    customer_ids: QuerySet[Any, Any] | None = None


@dataclass(frozen=True, slots=True)
class HistoryMoment:
    """One line of a customer's history in the reader's language; `actor` is empty where no person at work did it."""

    at: datetime
    title: str
    detail: str = ""
    actor: str = ""
    url: str = ""
    is_note: bool = False


@dataclass(slots=True)
class CustomerHistoryAsked:
    """A question for the customer's page: what happened between them and the store?

    Whoever knows adds its newest `limit` moments, in any order, and only those that somebody with these permissions may see.
    """

    customer_id: int
    email: str
    permissions: frozenset[str]
    limit: int
    moments: list[HistoryMoment] = field(default_factory=list)
