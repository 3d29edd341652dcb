"""What a reply may say about an order, and which order a question is about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order
from storefront.orders.selectors import ask_payments, order_facts

REAL = (OrderStatus.OPEN, OrderStatus.CANCELED)
MOST_CANDIDATES = 20
# An order's name as people write it: #1042, 1042, AC-1042, A1042.
_NUMBER = re.compile(r"(?<![\w#-])#?(?:[A-Za-z]{1,8}-?)?[0-9]{3,15}(?![\w])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that has left."""

    carrier: str
    tracking_number: str
    tracking_url: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as a reply needs it: words in the language it was asked for, amounts in minor units."""

    number: str
    status: str
    payment_status: str
    fulfillment_status: str
    total_amount: int
    refunded_amount: int
    currency: str
    from_date: date | None
    to_date: date | None
    parcels: tuple[Parcel, ...]
    titles: tuple[str, ...]
    payment_method: str
    pay_url: str


def get_order_facts(order: Order, *, now: datetime) -> OrderFacts:
    """Return the facts of an order, with words in the current language."""
    facts = order_facts(order)
    asked = ask_payments(order, now=now)
    return OrderFacts(
        number=facts["number"],
        status=facts["status"],
        payment_status=facts["payment_status"],
        fulfillment_status=facts["fulfillment_status"],
        total_amount=facts["total_amount"],
        refunded_amount=facts["refunded_amount"],
        currency=facts["currency"],
        from_date=facts["delivery_from_date"],
        to_date=facts["delivery_to_date"],
        parcels=tuple(_parcel(parcel) for parcel in facts["parcels"]),
        titles=tuple(line["title"] for line in facts["lines"]),
        payment_method=next((fact.method for fact in asked.payments if fact.method), ""),
        pay_url=asked.pay_url,
    )


def find_order_of(*, text: str, email: str) -> Order | None:
    """Return the order that a text names by its number, else the one order of this e-mail; None where that is unclear.

    Only an order bought under the sender's own e-mail is ever found: whoever guesses a number learns nothing by it.
    """
    orders = Order.objects.filter(email__iexact=email, status__in=REAL).order_by("-placed_at", "-pk")
    names = list(_named(text))
    if names:
        return orders.filter(name__in=names).first()
    found = list(orders[:2])
    return found[0] if len(found) == 1 else None


def find_order_by_number(*, number: str, email: str) -> Order | None:
    """Return the order with this number that was bought under this e-mail, or None."""
    names = [*_named(number), number.strip()]
    return Order.objects.filter(email__iexact=email, status__in=REAL, name__in=names).first()


def _named(text: str) -> Iterable[str]:
    """Return the order names that a text may mean, each with and without the number sign."""
    seen: dict[str, None] = {}
    for match in _NUMBER.finditer(text):
        bare = match.group().lstrip("#")
        seen.update({f"#{bare}": None, bare: None, bare.upper(): None, f"#{bare.upper()}": None})
        if len(seen) >= MOST_CANDIDATES * 4:
            break
    return seen


def _parcel(facts: dict[str, Any]) -> Parcel:
    return Parcel(
        carrier=str(facts["carrier"] or ""),
        tracking_number=facts["tracking_number"],
        tracking_url=facts["tracking_url"],
        sent_at=facts["sent_at"],
    )
