"""Orders as rows of Shopify's order file: an order's own columns on its first line only."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from core.money import to_decimal
from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.orders.models import Fulfillment, Order, OrderEvent, OrderLine
from storefront.transfer.exports.writing import Ids
from tenants.models import Tenant

_CHUNK = 200
HEADER = [
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Fulfillment Status",
    "Fulfilled at",
    "Accepts Marketing",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Shipping Method",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem compare at price",
    "Lineitem sku",
    "Lineitem requires shipping",
    "Lineitem taxable",
    "Lineitem fulfillment status",
    "Billing Name",
    "Billing Street",
    "Billing Address1",
    "Billing Address2",
    "Billing Company",
    "Billing City",
    "Billing Zip",
    "Billing Province",
    "Billing Country",
    "Billing Phone",
    "Shipping Name",
    "Shipping Street",
    "Shipping Address1",
    "Shipping Address2",
    "Shipping Company",
    "Shipping City",
    "Shipping Zip",
    "Shipping Province",
    "Shipping Country",
    "Shipping Phone",
    "Notes",
    "Note Attributes",
    "Cancelled at",
    "Payment Method",
    "Payment Reference",
    "Refunded Amount",
    "Vendor",
    "Outstanding Balance",
    "Employee",
    "Location",
    "Device ID",
    "Id",
    "Tags",
    "Risk Level",
    "Source",
    "Lineitem discount",
    "Tax 1 Name",
    "Tax 1 Value",
    "Tax 2 Name",
    "Tax 2 Value",
    "Tax 3 Name",
    "Tax 3 Value",
    "Tax 4 Name",
    "Tax 4 Value",
    "Tax 5 Name",
    "Tax 5 Value",
    "Phone",
    "Receipt Number",
    "Duties",
    "Billing Province Name",
    "Shipping Province Name",
    "Payment ID",
    "Payment Terms Name",
    "Next Payment Due At",
    "Payment References",
]
_AT = {name: index for index, name in enumerate(HEADER)}
_PAYMENT = {
    PaymentStatus.PENDING: "pending",
    PaymentStatus.PAID: "paid",
    PaymentStatus.PARTLY_REFUNDED: "partially_refunded",
    PaymentStatus.REFUNDED: "refunded",
    PaymentStatus.FAILED: "voided",
}
_FULFILLMENT = {
    FulfillmentStatus.UNFULFILLED: "unfulfilled",
    FulfillmentStatus.PARTLY_FULFILLED: "partial",
    FulfillmentStatus.FULFILLED: "fulfilled",
}


class OrdersExport:
    """All orders that were really placed, or those with the given ids, in the order they were written down."""

    header = HEADER
    numbers: Collection[str] = frozenset(
        {
            "Subtotal",
            "Shipping",
            "Taxes",
            "Total",
            "Discount Amount",
            "Lineitem quantity",
            "Lineitem price",
            "Refunded Amount",
        }
    )

    def __init__(self, _tenant: Tenant, ids: Ids) -> None:
        placed = (OrderStatus.OPEN, OrderStatus.CANCELED)
        self._orders = Order.objects.filter(status__in=placed).select_related("customer").order_by("pk")
        if ids is not None:
            self._orders = self._orders.filter(pk__in=ids)

    def count(self) -> int:
        """Return how many orders there are."""
        return self._orders.count()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (how many orders are done, a row)."""
        done, last = 0, 0
        while chunk := list(self._orders.filter(pk__gt=last)[:_CHUNK]):
            last = chunk[-1].pk
            lines: dict[int, list[OrderLine]] = {}
            for line in OrderLine.objects.filter(order__in=chunk).order_by("order_id", "pk"):
                lines.setdefault(line.order_id, []).append(line)
            sent = _find_sent(chunk)
            facts = dict(
                OrderEvent.objects.filter(order__in=chunk, type="order.imported").values_list("order_id", "data")
            )
            for order in chunk:
                done += 1
                for row in _rows_of(order, lines.get(order.pk, []), sent.get(order.pk), facts.get(order.pk, {})):
                    yield done, row


def _find_sent(orders: Sequence[Order]) -> dict[int, datetime]:
    parcels = Fulfillment.objects.filter(order__in=orders).order_by("created_at")
    return dict(parcels.values_list("order_id", "created_at"))


def _rows_of(
    order: Order, lines: Sequence[OrderLine], sent_at: datetime | None, facts: dict[str, Any]
) -> Iterator[list[str]]:
    for index, line in enumerate(lines):
        cells = {"Name": order.name, "Email": order.email, **_line_cells(order, line)}
        if index == 0:
            cells |= _order_cells(order, sent_at, facts)
        row = [""] * len(HEADER)
        for name, text in cells.items():
            row[_AT[name]] = text
        yield row


def _line_cells(order: Order, line: OrderLine) -> dict[str, str]:
    status = "pending"
    if line.fulfilled_count:
        status = "fulfilled" if line.fulfilled_count >= line.quantity else "partial"
    return {
        "Lineitem quantity": str(line.quantity),
        "Lineitem name": f"{line.title} - {line.variant_title}" if line.variant_title else line.title,
        "Lineitem price": _money(line.unit_amount, order.currency),
        "Lineitem sku": line.sku,
        "Lineitem requires shipping": "true" if line.requires_shipping else "false",
        "Lineitem fulfillment status": status,
        "Created at": _moment(order.placed_at),
    }


def _order_cells(order: Order, sent_at: datetime | None, facts: dict[str, Any]) -> dict[str, str]:
    included = int(facts.get("included_tax_amount", 0))
    if sent_at is None and facts.get("fulfilled_at"):
        sent_at = datetime.fromisoformat(facts["fulfilled_at"])
    is_sent = order.fulfillment_status == FulfillmentStatus.FULFILLED
    place = order.shipping_address
    return {
        "Financial Status": _PAYMENT[PaymentStatus(order.payment_status)],
        "Paid at": _moment(order.paid_at),
        "Fulfillment Status": _FULFILLMENT[FulfillmentStatus(order.fulfillment_status)],
        "Fulfilled at": _moment(sent_at) if is_sent else "",
        "Accepts Marketing": "yes" if order.customer and order.customer.accepts_marketing else "no",
        "Currency": order.currency,
        "Subtotal": _money(order.subtotal_amount - order.discount_amount, order.currency),
        "Shipping": _money(order.shipping_amount, order.currency),
        "Taxes": _money(order.tax_amount + included, order.currency),
        "Total": _money(order.total_amount, order.currency),
        "Discount Amount": _money(order.discount_amount, order.currency),
        "Shipping Method": order.shipping_method,
        "Shipping Name": place.get("name", ""),
        "Shipping Street": ", ".join(part for part in (place.get("line1", ""), place.get("line2", "")) if part),
        "Shipping Address1": place.get("line1", ""),
        "Shipping Address2": place.get("line2", ""),
        "Shipping Company": place.get("company", ""),
        "Shipping City": place.get("city", ""),
        "Shipping Zip": place.get("postcode", ""),
        "Shipping Province": place.get("province", ""),
        "Shipping Country": place.get("country", ""),
        "Shipping Phone": place.get("phone", ""),
        "Notes": order.note,
        "Cancelled at": _moment(order.canceled_at),
        "Refunded Amount": _money(order.refunded_amount, order.currency),
    }


def _money(amount: int, currency: str) -> str:
    return str(to_decimal(amount, currency))


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} +0000"
