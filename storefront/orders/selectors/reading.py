"""Read one order, with what belongs to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q
from django.utils import translation
from django.utils.translation import gettext as _

from core.events import publish
from core.tenancy import current_tenant
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.translations import say, say_version
from storefront.inventory.selectors import list_sources
from storefront.orders.carriers import carrier_name
from storefront.orders.errors import OrderNotFound
from storefront.orders.events import PaymentsAsked
from storefront.orders.models import Fulfillment, FulfillmentLine, Order, OrderEvent, OrderLine, OrderNumbers
from storefront.orders.selectors.listing import REAL

MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class OrderPage:
    """All that the merchant sees of an order."""

    order: Order
    lines: list[OrderLine]
    fulfillments: list[Fulfillment]
    events: list[OrderEvent]
    payment: PaymentsAsked
    sources: dict[int, list[tuple[str, int]]]
    covers: dict[int, dict[str, Any]]
    newer_id: int | None = None
    older_id: int | None = None

    @property
    def left(self) -> list[tuple[OrderLine, int]]:
        """The lines that still have something to send, and how many."""
        return [(line, line.left_count) for line in self.lines if line.left_count]

    @property
    def left_count(self) -> int:
        return sum(count for _line, count in self.left)


def get_order_by_token(token: str) -> Order:
    """Return the order with this secret address.

    Raises: OrderNotFound.
    """
    order = Order.objects.filter(token=token).first()
    if order is None:
        raise OrderNotFound(_("There is no order at this address. Look whether the link was copied in full."))
    return order


def get_order_page(pk: int, *, now: datetime) -> OrderPage:
    """Return an order with everything that belongs to it, in nine queries.

    One more where sets were bought, and one for the pictures of lines that came without theirs.

    Raises: OrderNotFound.
    """
    order = Order.objects.select_related("customer").filter(pk=pk).first()
    if order is None:
        raise OrderNotFound(_("There is no such order in this store."))
    lines = list_lines(order)
    newer_id, older_id = _find_neighbors(order)
    return OrderPage(
        order=order,
        lines=lines,
        fulfillments=list_fulfillments(order),
        events=list(order.events.order_by("-created_at", "-pk")[:MOST_EVENTS]),
        payment=ask_payments(order, now=now),
        sources=list_sources(order.token, [line.variant_id for line in lines if line.variant_id]),
        covers=_find_covers(lines),
        newer_id=newer_id,
        older_id=older_id,
    )


def get_number_series() -> OrderNumbers:
    """Return how the next order is called; a store without orders has the series it begins with."""
    return OrderNumbers.objects.filter(pk=1).first() or OrderNumbers()


def _find_neighbors(order: Order) -> tuple[int | None, int | None]:
    """Return the ids of the orders placed right after and right before this one; one query."""
    at, pk = order.placed_at, order.pk
    sales = Order.objects.filter(status__in=REAL)
    after = Q(placed_at__gt=at) | Q(placed_at=at, pk__gt=pk)
    before = Q(placed_at__lt=at) | Q(placed_at=at, pk__lt=pk)
    newer = sales.filter(after, placed_at__gte=at).order_by("placed_at", "pk").values("pk")[:1]
    older = sales.filter(before, placed_at__lte=at).order_by("-placed_at", "-pk").values("pk")[:1]
    with connection.cursor() as cursor:
        (first, one), (second, two) = newer.query.sql_with_params(), older.query.sql_with_params()
        cursor.execute(f"SELECT ({first}), ({second})", [*one, *two])
        found = cursor.fetchone()
    return found[0], found[1]


def _find_covers(lines: Iterable[OrderLine]) -> dict[int, dict[str, Any]]:
    """Return today's pictures of the products whose lines were brought in without one."""
    bare = {line.product_id for line in lines if not line.cover and line.product_id}
    return dict(Product.objects.filter(pk__in=bare).values_list("pk", "cover")) if bare else {}


def list_lines(order: Order) -> list[OrderLine]:
    """Return the order's lines as they were bought."""
    return list(order.lines.order_by("pk"))


def list_spoken_lines(order: Order) -> list[OrderLine]:
    """Return the order's lines with their titles in the current language, where the goods still are called what they were.

    They are for showing: nothing may save them.
    """
    lines = list_lines(order)
    if translation.get_language() == current_tenant().language:
        return lines
    wanted = [line.variant_id for line in lines if line.variant_id]
    variants = ProductVariant.objects.select_related("product").in_bulk(wanted)
    for line in lines:
        variant = variants.get(line.variant_id or 0)
        if variant is not None and variant.product.title == line.title:
            line.title = str(say(variant.product, "title"))
        if variant is not None and variant.title == line.variant_title:
            line.variant_title = say_version(variant)
    return lines


def list_fulfillments(order: Order) -> list[Fulfillment]:
    """Return the order's parcels, oldest first, each with its lines and their goods."""
    parts = FulfillmentLine.objects.select_related("order_line").order_by("pk")
    return list(order.fulfillments.order_by("pk").prefetch_related(Prefetch("lines", queryset=parts)))


def ask_payments(order: Order, *, now: datetime) -> PaymentsAsked:
    """Return how the order was paid, and where it still can be."""
    question = PaymentsAsked(order_id=order.pk, now=now)
    publish(question)
    return question


def find_first_lines(orders: Iterable[Order]) -> dict[int, list[OrderLine]]:
    """Return the lines of these orders by order, for their pictures; one query."""
    found: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__in=[order.pk for order in orders]).order_by("pk"):
        found.setdefault(line.order_id, []).append(line)
    return found


def order_facts(order: Order) -> dict[str, Any]:
    """Return what a reply to the shopper may need, words in the current language, amounts in minor units."""
    fulfillments = list(order.fulfillments.order_by("pk"))
    return {
        "number": order.name,
        "token": order.token,
        "placed_at": order.placed_at,
        "status": order.status,
        "status_label": order.get_status_display(),
        "payment_status": order.payment_status,
        "payment_label": order.get_payment_status_display(),
        "fulfillment_status": order.fulfillment_status,
        "fulfillment_label": order.get_fulfillment_status_display(),
        "total_amount": order.total_amount,
        "refunded_amount": order.refunded_amount,
        "currency": order.currency,
        "shipping_method": order.shipping_method,
        "delivery_from_date": order.delivery_from_date,
        "delivery_to_date": order.delivery_to_date,
        "city": order.shipping_address.get("city", ""),
        "lines": [
            {"title": line.title, "variant_title": line.variant_title, "quantity": line.quantity}
            for line in list_lines(order)
        ],
        "parcels": [
            {
                "carrier": carrier_name(each.carrier),
                "tracking_number": each.tracking_number,
                "tracking_url": each.tracking_url,
                "sent_at": each.created_at,
            }
            for each in fulfillments
        ],
    }
