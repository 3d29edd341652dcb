"""Find many orders: the list's views, what its search finds, and what its filters leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from storefront.customers.models import Customer
from storefront.orders.carriers import clean_tracking_number
from storefront.orders.enums import FulfillmentStatus, OrderSource, OrderStatus, PaymentStatus
from storefront.orders.models import Fulfillment, Order, OrderEvent

TO_SEND = (FulfillmentStatus.UNFULFILLED, FulfillmentStatus.PARTLY_FULFILLED)
UNPAID = (PaymentStatus.PENDING, PaymentStatus.FAILED)
VIEWS = ("unfulfilled", "unpaid", "open", "all", "canceled", "archived")
# What waits for a shopper at the payment page, or was given up there, is not yet a sale.
REAL = (OrderStatus.OPEN, OrderStatus.CANCELED)
HELD = "held"
DAYS = (7, 30, 90)
MOST_COUNTED = 100_000
MOST_ON_A_TAB = 10_000
# A shopper has half an hour to pay; whoever pays at the last moment is settled within the day.
PLACED_BEFORE = timedelta(days=2)
SHORTEST_TRACKING = 6


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What is to be seen: a view, words, and of each further question the answers that pass (none: all pass).

    `fulfillment` may hold “held” beside the statuses; `days` counts back from `now`.
    """

    view: str = "all"
    text: str = ""
    payment: tuple[str, ...] = ()
    fulfillment: tuple[str, ...] = ()
    source: str = ""
    delivery: str = ""
    tag: str = ""
    days: int = 0
    is_pickup: bool = False
    oldest_first: bool = False

    @classmethod
    def read(cls, given: QueryDict) -> "OrderFilter":
        """Read a list's address; what makes no sense in it is left out."""

        def many(name: str, known: Iterable[str]) -> tuple[str, ...]:
            asked = ",".join(given.getlist(name)).split(",")
            return tuple(value for value in known if value in asked)

        view, days, source = given.get("view", ""), given.get("days", ""), given.get("source", "")
        return cls(
            view=view if view in VIEWS else "all",
            text=_words(given.get("q", ""), 80),
            payment=many("payment", PaymentStatus.values),
            fulfillment=many("fulfillment", (*FulfillmentStatus.values, HELD)),
            source=source if source in OrderSource.values else "",
            delivery=_words(given.get("delivery", ""), 120),
            tag=_words(given.get("tag", ""), 40),
            days=int(days) if days in map(str, DAYS) else 0,
            is_pickup=given.get("pickup") == "1",
            oldest_first=given.get("sort") == "oldest",
        )

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the view keeps orders out."""
        asked = (
            self.text,
            self.payment,
            self.fulfillment,
            self.source,
            self.delivery,
            self.tag,
            self.days,
            self.is_pickup,
        )
        return any(asked)


def orders_to_fulfill() -> QuerySet[Order]:
    """Return the open orders that still have something to send."""
    return _in_view("unfulfilled")


def list_orders(
    *,
    view: str = "all",
    text: str = "",
    oldest_first: bool = False,
    wanted: OrderFilter | None = None,
    now: datetime | None = None,
) -> QuerySet[Order]:
    """Return the rows of the list, by date; `wanted` says it all at once, and needs `now` where it counts days."""
    wanted = wanted or OrderFilter(view=view, text=text, oldest_first=oldest_first)
    rows = _narrow(_in_view(wanted.view), wanted, now)
    return _row(rows).order_by(*(("placed_at", "pk") if wanted.oldest_first else ("-placed_at", "-pk")))


def list_customer_orders(customer: Customer) -> QuerySet[Order]:
    """Return what a customer bought here, newest first."""
    return _row(Order.objects.filter(customer=customer, status__in=REAL)).order_by("-placed_at", "-pk")


def count_views(views: Iterable[str]) -> dict[str, int]:
    """Return how many orders stand in each of these views, in one question; counting stops at ten thousand."""
    parts, params = [], []
    for view in views:
        sql, given = _in_view(view).order_by().values("pk")[:MOST_ON_A_TAB].query.sql_with_params()
        parts.append(f"SELECT %s::text, (SELECT count(*) FROM ({sql}) AS found)")  # noqa: S608  Django's own words
        params += [view, *given]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return dict(cursor.fetchall())


def count_new_orders(*, since: datetime) -> int:
    """Return how many orders have become real since then; one question, bounded by the day they were placed."""
    by_hand = OrderEvent.objects.filter(order=OuterRef("pk"), key="opened")
    fresh = Order.objects.filter(status=OrderStatus.OPEN, placed_at__gt=since - PLACED_BEFORE)
    fresh = fresh.filter(Q(placed_at__gt=since) | Q(~Exists(by_hand), paid_at__gt=since))
    return fresh[:MOST_ON_A_TAB].count()


def _words(text: str, most: int) -> str:
    return " ".join(text.replace("\0", "").split())[:most]


def _in_view(view: str) -> QuerySet[Order]:
    if view == "unfulfilled":
        return Order.objects.filter(status=OrderStatus.OPEN, fulfillment_status__in=TO_SEND)
    if view == "unpaid":
        return Order.objects.filter(status=OrderStatus.OPEN, payment_status__in=UNPAID)
    if view == "open":
        return Order.objects.filter(status=OrderStatus.OPEN, archived_at=None)
    if view == "canceled":
        return Order.objects.filter(status=OrderStatus.CANCELED)
    if view == "archived":
        return Order.objects.filter(status__in=REAL, archived_at__isnull=False)
    return Order.objects.filter(status__in=REAL)


def _narrow(rows: QuerySet[Order], wanted: OrderFilter, now: datetime | None) -> QuerySet[Order]:
    if wanted.text:
        rows = rows.filter(_search(wanted.text))
    if wanted.payment:
        rows = rows.filter(payment_status__in=wanted.payment)
    if wanted.fulfillment:
        held = Q(held_at__isnull=False) if HELD in wanted.fulfillment else Q()
        plain = [status for status in wanted.fulfillment if status != HELD]
        rows = rows.filter(held | Q(fulfillment_status__in=plain) if plain else held)
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    if wanted.delivery:
        rows = rows.filter(shipping_method=wanted.delivery)
    if wanted.is_pickup:
        rows = rows.exclude(pickup={})
    if wanted.tag:
        rows = rows.filter(tags__contains=[wanted.tag])
    if wanted.days and now is not None:
        rows = rows.filter(placed_at__gte=now - timedelta(days=wanted.days))
    return rows


def _search(text: str) -> Q:
    found = (
        Q(name__icontains=text)
        | Q(email__icontains=text)
        | Q(shipping_address__name__icontains=text)
        | Q(customer__name__icontains=text)
    )
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) >= SHORTEST_TRACKING:
        found |= Q(shipping_address__phone__icontains=text)
    number = clean_tracking_number(text)
    if len(number) >= SHORTEST_TRACKING and number.isascii() and digits:
        parcels = Fulfillment.objects.filter(order=OuterRef("pk"))
        has_number = Q(tracking_number=number) | Q(more_numbers__contains=[number])
        found = found | Q(Exists(parcels.filter(has_number)))
    return found


def _row(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Add to each order whether all of it was handed over, which one for pickup says, and read no more than a row needs."""
    waits = Fulfillment.objects.filter(order=OuterRef("pk"), delivered_at__isnull=True, is_digital=False)
    return (
        rows.select_related("customer")
        .annotate(is_handed_over=~Exists(waits))
        .only(
            "name",
            "token",
            "email",
            "status",
            "payment_status",
            "fulfillment_status",
            "currency",
            "total_amount",
            "items_count",
            "shipping_address",
            "shipping_method",
            "pickup",
            "source",
            "tags",
            "held_at",
            "archived_at",
            "placed_at",
            "customer__name",
            "customer__email",
        )
    )
