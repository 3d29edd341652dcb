"""From the rows of Shopify's order file to orders of the past."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from core.money import is_currency
from storefront.orders.bulk import HistoricLine, HistoricOrder
from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.transfer.cells import (
    MAX_QUANTITY,
    CellProblem,
    read_amount,
    read_code,
    read_country,
    read_email,
    read_flag,
    read_moment,
    read_text,
    read_whole,
)
from storefront.transfer.columns import ColumnMap
from storefront.transfer.files import Row, Table
from storefront.transfer.groups import Group, RowProblem, group_rows
from storefront.transfer.totals import FileSums, OrderSums, SumsDiffer, explain_difference, resolve_sums

_PAYMENT = {
    "": PaymentStatus.PENDING,
    "pending": PaymentStatus.PENDING,
    "authorized": PaymentStatus.PENDING,
    "partially_paid": PaymentStatus.PENDING,
    "unpaid": PaymentStatus.PENDING,
    "paid": PaymentStatus.PAID,
    "partially_refunded": PaymentStatus.PARTLY_REFUNDED,
    "refunded": PaymentStatus.REFUNDED,
    "voided": PaymentStatus.FAILED,
    "expired": PaymentStatus.FAILED,
}
_FULFILLMENT = {
    "": FulfillmentStatus.UNFULFILLED,
    "null": FulfillmentStatus.UNFULFILLED,
    "pending": FulfillmentStatus.UNFULFILLED,
    "unfulfilled": FulfillmentStatus.UNFULFILLED,
    "restocked": FulfillmentStatus.UNFULFILLED,
    "partial": FulfillmentStatus.PARTLY_FULFILLED,
    "partially_fulfilled": FulfillmentStatus.PARTLY_FULFILLED,
    "fulfilled": FulfillmentStatus.FULFILLED,
}
_MONEY_CAME = (PaymentStatus.PAID, PaymentStatus.PARTLY_REFUNDED, PaymentStatus.REFUNDED)
_ADDRESS = {
    "name": 160,
    "company": 120,
    "line1": 200,
    "line2": 200,
    "city": 120,
    "province": 120,
    "postcode": 20,
    "phone": 40,
}


@dataclass(frozen=True, slots=True)
class _State:
    status: OrderStatus
    payment: PaymentStatus
    fulfillment: FulfillmentStatus


def read_orders(table: Table, columns: ColumnMap, *, currency: str) -> Iterator[Group[HistoricOrder]]:
    """Yield one group an order name; `currency` is what a file without that column is in."""
    return group_rows(
        table.rows,
        columns,
        key_column="name",
        read_key=lambda row: columns.get(row.cells, "name").removeprefix("'"),
        read_record=partial(_read_order, columns, currency),
    )


def _read_order(columns: ColumnMap, default_currency: str, group: Group[HistoricOrder]) -> HistoricOrder:
    cells = group.rows[0].cells

    def cell(name: str) -> str:
        return columns.get(cells, name)

    if not group.key:
        raise CellProblem("name", "", _("Every order needs its number, such as #1001."))
    name = read_text(group.key, column="name", limit=40)
    currency = cell("currency").upper() or default_currency
    if not is_currency(currency):
        raise CellProblem("currency", currency, _("Write a currency code, such as USD."))
    placed_at = read_moment(cell("created_at"), column="created_at")
    if placed_at is None:
        raise CellProblem("created_at", "", _("Every order needs the time it was placed."))
    state = _read_state(columns, cells)
    lines, line_discounts = _read_lines(columns, currency, group.rows, state)
    sums, total = _read_sums(columns, cells, currency, lines, line_discounts)
    refunded = read_amount(cell("refunded"), column="refunded", currency=currency)
    if refunded > total:
        raise CellProblem("refunded", cell("refunded"), _("More came back than was paid."))
    fulfilled_at = read_moment(cell("fulfilled_at"), column="fulfilled_at")
    paid_at = read_moment(cell("paid_at"), column="paid_at")
    return HistoricOrder(
        name=name,
        currency=currency,
        placed_at=placed_at,
        subtotal_amount=sums.subtotal,
        discount_amount=sums.discount,
        shipping_amount=sums.shipping,
        tax_amount=sums.tax + sums.included_tax,
        taxes_included=sums.included_tax > 0,
        total_amount=total,
        refunded_amount=refunded,
        email=read_email(cell("email"), column="email") if cell("email") else "",
        status=state.status,
        payment_status=state.payment,
        fulfillment_status=state.fulfillment,
        paid_at=(paid_at or placed_at) if state.payment in _MONEY_CAME else None,
        canceled_at=read_moment(cell("canceled_at"), column="canceled_at"),
        address=_read_address(columns, cells),
        shipping_method=read_text(cell("shipping_method"), column="shipping_method", limit=120),
        note=read_text(cell("note"), column="note", limit=20_000),
        phone=read_code(cell("phone"), column="phone", limit=40),
        accepts_marketing=read_flag(cell("accepts_marketing"), column="accepts_marketing"),
        facts={"fulfilled_at": fulfilled_at.isoformat()} if fulfilled_at else {},
        lines=lines,
    )


def _read_state(columns: ColumnMap, cells: list[str]) -> _State:
    payment = columns.get(cells, "financial_status").lower()
    if payment not in _PAYMENT:
        raise CellProblem(
            "financial_status", payment, _("Write paid, pending, refunded, partially_refunded or voided.")
        )
    fulfillment = columns.get(cells, "fulfillment_status").lower()
    if fulfillment not in _FULFILLMENT:
        raise CellProblem("fulfillment_status", fulfillment, _("Write fulfilled, partial or unfulfilled."))
    is_canceled = bool(columns.get(cells, "canceled_at"))
    return _State(
        status=OrderStatus.CANCELED if is_canceled else OrderStatus.OPEN,
        payment=_PAYMENT[payment],
        fulfillment=_FULFILLMENT[fulfillment],
    )


def _read_lines(columns: ColumnMap, currency: str, rows: list[Row], state: _State) -> tuple[list[HistoricLine], int]:
    """Return the lines and the sum of their own discounts."""
    is_fulfilled = state.fulfillment == FulfillmentStatus.FULFILLED
    lines, discounts = [], 0
    for row in rows:
        try:
            cells = row.cells
            title = read_text(columns.get(cells, "line_name"), column="line_name", limit=255)
            if not title:
                raise CellProblem("line_name", "", _("Every line needs the name of what was bought."))
            price = columns.get(cells, "price")
            if not price:
                raise CellProblem("price", "", _("Every line needs a price, such as 12.90."))
            quantity = read_whole(columns.get(cells, "quantity"), column="quantity", lowest=1, highest=MAX_QUANTITY)
            status = columns.get(cells, "line_status").lower()
            shipping = columns.get(cells, "line_requires_shipping")
            lines.append(
                HistoricLine(
                    title=title,
                    sku=read_code(columns.get(cells, "sku"), column="sku", limit=120),
                    unit_amount=read_amount(price, column="price", currency=currency),
                    quantity=quantity,
                    fulfilled_count=_count_sent(status, quantity, is_fulfilled=is_fulfilled),
                    requires_shipping=read_flag(shipping, column="line_requires_shipping") if shipping else True,
                )
            )
            discount = columns.get(cells, "line_discount")
            if discount:
                discounts += read_amount(discount, column="line_discount", currency=currency)
        except CellProblem as problem:
            raise RowProblem(row, problem) from problem
    return lines, discounts


def _count_sent(status: str, quantity: int, *, is_fulfilled: bool) -> int:
    """Return how many of a line were sent; of a part the file says no more than that it was not nothing and not all."""
    if status == "fulfilled" or (is_fulfilled and not status):
        return quantity
    return 1 if status == "partial" and quantity > 1 else 0


def _read_sums(
    columns: ColumnMap, cells: list[str], currency: str, lines: list[HistoricLine], line_discounts: int
) -> tuple[OrderSums, int]:
    def amount(name: str) -> int:
        return read_amount(columns.get(cells, name), column=name, currency=currency)

    if not columns.get(cells, "total"):
        raise CellProblem("total", "", _("The first row of an order needs its total."))
    sums = FileSums(
        lines=sum(line.unit_amount * line.quantity for line in lines),
        line_discounts=line_discounts,
        subtotal=amount("subtotal") if columns.get(cells, "subtotal") else None,
        discount=amount("discount"),
        shipping=amount("shipping"),
        tax=amount("taxes"),
        total=amount("total"),
    )
    try:
        return resolve_sums(sums), sums.total
    except SumsDiffer:
        raise CellProblem("total", columns.get(cells, "total"), explain_difference(sums, currency)) from None


def _read_address(columns: ColumnMap, cells: list[str]) -> dict[str, str]:
    address = {
        part: read_code(columns.get(cells, f"address_{part}"), column=f"address_{part}", limit=limit)
        for part, limit in _ADDRESS.items()
    }
    address["country"] = read_country(columns.get(cells, "address_country"))
    return {part: value for part, value in address.items() if value}
