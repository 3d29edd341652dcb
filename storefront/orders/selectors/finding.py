"""Find an order for somebody who has no account, by what only its buyer is likely to know."""

from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from storefront.orders.models import Order, OrderNumbers
from storefront.orders.selectors.listing import REAL

SHORTEST_PHONE = 7
MOST_ALIKE = 5


def find_order_of_buyer(*, number: str, contact: str) -> Order | None:
    """Return the order with this number that was bought under this e-mail address or phone number, or None.

    The number is taken with or without what the store writes around it; of a phone number the last digits have to agree.
    """
    found = _named(number)[:MOST_ALIKE]
    fitting = [order for order in found if _is_of(order, contact)]
    return fitting[0] if fitting else None


def _named(number: str) -> QuerySet[Order]:
    bare = number.strip().lstrip("#").strip()[:40]
    series = OrderNumbers.objects.filter(pk=1).first() or OrderNumbers()
    names = {bare, f"#{bare}", f"{series.prefix}{bare}{series.suffix}"}
    names |= {name.upper() for name in names}
    return Order.objects.filter(name__in=names, status__in=REAL).order_by("-pk")


def _is_of(order: Order, contact: str) -> bool:
    if "@" in contact:
        return bool(order.email) and constant_time_compare(order.email.casefold(), contact.strip().casefold())
    typed, kept = _digits(contact), _digits(str(order.shipping_address.get("phone") or ""))
    if min(len(typed), len(kept)) < SHORTEST_PHONE:
        return False
    shared = min(len(typed), len(kept))
    return constant_time_compare(typed[-shared:], kept[-shared:])


def _digits(text: str) -> str:
    return "".join(sign for sign in text[:40] if sign.isascii() and sign.isdigit()).lstrip("0")
