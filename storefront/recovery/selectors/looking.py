"""Find carts that were left behind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max, Q

from storefront.carts.models import Cart
from storefront.customers.models import Customer
from storefront.orders.enums import OrderSource, OrderStatus
from storefront.orders.models import Order
from storefront.orders.selectors import REAL
from storefront.recovery.enums import Outcome

# What was left longer ago is nothing anybody wants to be reminded of.
STALE = timedelta(days=3)
MOST_AT_ONCE = 500
# Whoever has bought so shortly before leaves the rest on purpose.
JUST_BOUGHT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Left:
    """A cart, whose it is, since when nobody has touched it, and whether they had reached the payment."""

    cart: Cart
    customer: Customer
    language: str
    left_at: datetime
    reached_payment: bool


def list_left(*, now: datetime, after_hours: int) -> list[Left]:
    """Return the carts that nobody has touched for so many hours and whose shopper is known, the newest first.

    Left out are carts that became an order or may become one yet, those of people who bought about that time, and those
    that were looked at as they are now. Four questions, however many there are.
    """
    until = now - timedelta(hours=after_hours)
    carts = (
        Cart.objects.filter(ordered_at__isnull=True, lines_count__gt=0)
        .filter(updated_at__lte=until, updated_at__gt=until - STALE)
        .filter(Q(customer__isnull=False) | ~Q(order_token=""))
        .exclude(abandoned__outcome=Outcome.MAILED)
        .exclude(abandoned__left_at__gte=F("updated_at"))
        .order_by("-updated_at", "-pk")
    )
    rows = list(carts[:MOST_AT_ONCE])
    orders = Order.objects.filter(token__in=[cart.order_token for cart in rows if cart.order_token]).in_bulk(
        field_name="token"
    )
    found = []
    people = Customer.objects.filter(erased_at__isnull=True).in_bulk(
        {cart.customer_id for cart in rows} | {order.customer_id for order in orders.values()} - {None}
    )
    for cart in rows:
        order = orders.get(cart.order_token)
        customer = people.get((order.customer_id if order else cart.customer_id) or 0)
        if customer is None or (order is not None and not _may_be_reminded(order)):
            continue
        left_at = max(cart.updated_at, order.placed_at) if order else cart.updated_at
        if left_at <= until:
            language = (order.language if order else "") or customer.language
            found.append(Left(cart, customer, language, left_at, reached_payment=order is not None))
    bought = find_bought_at([one.customer.pk for one in found])
    return [one for one in found if not is_just_bought(bought.get(one.customer.pk), one.left_at)]


def _may_be_reminded(order: Order) -> bool:
    """Tell whether an order was given up at its payment by a shopper; what a merchant drafted has a link of its own."""
    return order.status == OrderStatus.EXPIRED and order.source != OrderSource.STAFF


def find_bought_at(customer_ids: Collection[int]) -> dict[int, datetime]:
    """Return when these customers bought last, of those who ever did."""
    orders = Order.objects.filter(customer_id__in=customer_ids, status__in=REAL).order_by()
    return dict(orders.values_list("customer_id").annotate(at=Max("placed_at")))


def is_just_bought(bought_at: datetime | None, left_at: datetime) -> bool:
    """Tell whether somebody bought after they left a cart, or shortly before."""
    return bought_at is not None and bought_at > left_at - JUST_BOUGHT
