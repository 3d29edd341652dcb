"""From a cart's contents to an order."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.batch import Batch, Made
from core.events import publish
from core.ids import new_token
from storefront.orders.enums import OrderSource, OrderStatus
from storefront.orders.errors import OrderRefused, OrderStateRefused
from storefront.orders.events import OrderPlaced
from storefront.orders.locks import lock_order
from storefront.orders.models import Order, OrderEvent, OrderLine, OrderNumbers
from storefront.pricing.totals import Totals, line_total

# The largest number that a name of this series has, and the next one: imported orders have names, too.
_TAKEN = """(
    SELECT max(digits::bigint) + 1 FROM (
        SELECT substr(name, length({prefix}) + 1, length(name) - length({prefix}) - length({suffix})) AS digits
          FROM orders_order
         WHERE length(name) > length({prefix}) + length({suffix})
           AND left(name, length({prefix})) = {prefix} AND right(name, length({suffix})) = {suffix}
    ) AS taken WHERE digits ~ '^[0-9]{{1,15}}$'
)"""
_FREE = (
    "CASE WHEN EXISTS (SELECT FROM orders_order WHERE name = {prefix} || {number} || {suffix}) THEN "
    + _TAKEN
    + " ELSE {number} END"
)
# The next name that no order has; the counter stays locked until the transaction ends. All orders are looked through where
# there is no counter yet, and where somebody else has the name.
_NUMBER = """
INSERT INTO orders_ordernumbers AS series (id, next_number)
VALUES (1, CASE WHEN EXISTS (SELECT FROM orders_ordernumbers WHERE id = 1) THEN %s::int ELSE {first} + 1 END)
    ON CONFLICT (id) DO UPDATE SET next_number = {next} + 1
RETURNING prefix || (next_number - 1) || suffix AS name
""".format(
    first=_FREE.format(prefix="'#'", suffix="''", number="%s::int"),
    next=_FREE.format(prefix="series.prefix", suffix="series.suffix", number="series.next_number"),
)


# The key of the order that a batch places.
PLACED = Made("placed", "id")


@dataclass(frozen=True, slots=True)
class NewLine:
    """One kind of thing to be sold, with its words and price (minor units) as they are now.

    `discount_amount` and `tax_amount` are the line's shares, as `pricing.quote` gives them; `taxes` says the latter by rate,
    None where that is not known; `presents` says who gets gift cards, as `storefront.credits.presents`
    writes it.
    """

    variant_id: int
    product_id: int
    title: str
    unit_amount: int
    quantity: int
    variant_title: str = ""
    sku: str = ""
    requires_shipping: bool = True
    cover: Mapping[str, Any] = field(default_factory=dict)
    discount_amount: int = 0
    tax_amount: int = 0
    taxes: Sequence[Mapping[str, Any]] | None = None
    is_gift_card: bool = False
    presents: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """What an order in another currency is in the store's: `rate` is of the order's currency for one of the store's."""

    store_currency: str
    rate: Decimal
    store_total_amount: int


@dataclass(frozen=True, slots=True)
class NewOrder:
    """All that an order is made of; `totals` in minor units of `currency`, `expires_at` while it waits for payment.

    `origin` is what its first event says besides the source.

    `discounts`, `taxes` and `shipping_taxes` (None where they are not known) are `pricing.records` of the quote that the
    totals are of. `tax_calculation_id` is what a tax service calls the taxes that it counted.
    """

    email: str
    currency: str
    lines: Sequence[NewLine]
    totals: Totals
    shipping_address: Mapping[str, str]
    exchange: Exchange | None = None
    customer_id: int | Made | None = None
    cart_token: str | None = None
    shipping_method: str = ""
    pickup: Mapping[str, Any] = field(default_factory=dict)
    delivery_from_date: date | None = None
    delivery_to_date: date | None = None
    language: str = "en"
    note: str = ""
    source: str = OrderSource.WEB
    expires_at: datetime | None = None
    discounts: Sequence[Mapping[str, Any]] = ()
    taxes: Sequence[Mapping[str, Any]] = ()
    shipping_taxes: Sequence[Mapping[str, Any]] | None = None
    vat_id: str = ""
    is_reverse_charge: bool = False
    tax_calculation_id: str = ""
    origin: Mapping[str, Any] = field(default_factory=dict)


def place_order(*, new: NewOrder, status: OrderStatus, actor: str, now: datetime, token: str | None = None) -> Order:
    """Write an order: pending while the shopper pays, open when the merchant waits for the money.

    Raises: OrderRefused for an order without lines; ValueError where the lines' shares are not the totals'.
    """
    with transaction.atomic():
        batch = Batch()
        order = add_order(batch, new=new, status=status, actor=actor, now=now, token=token or new_token())
        batch.run()
        if status == OrderStatus.OPEN:
            publish(OrderPlaced(order_id=order.pk, now=now, source=order.source))
    return order


def add_order(batch: Batch, *, new: NewOrder, status: OrderStatus, actor: str, now: datetime, token: str) -> Order:
    """Put what `place_order` writes into a batch, and return the order that has its key and number after the run.

    Parts that point at it say `PLACED`. Whoever adds an open order publishes `OrderPlaced`.
    Raises: OrderRefused for an order without lines.
    """
    order = Order(token=token, name=Made("order_number", "name"), status=status, placed_at=now)
    _fill(order, new)
    first = OrderNumbers._meta.get_field("next_number").get_default()
    batch.add("order_number", _NUMBER, [first, first, first])
    batch.insert("placed", [order], "name", "customer_id")
    batch.insert("placed_lines", _make_lines(PLACED, new.lines))
    data = {"source": new.source, **new.origin}
    event = OrderEvent(order_id=PLACED, type="order.placed", actor=actor, key="placed", data=data, created_at=now)
    batch.insert("placed_events", [event])
    return order


def replace_pending_order(*, order_id: int, new: NewOrder, actor: str, now: datetime) -> Order:
    """Write anew what an order holds that nobody has paid yet: the shopper went back and changed something.

    Raises: OrderStateRefused when it is no longer pending; OrderRefused for an order without lines.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status != OrderStatus.PENDING:
            raise OrderStateRefused(_("This order is placed already and cannot be changed here."))
        before, before_currency = order.total_amount, order.currency
        _fill(order, new)
        order.placed_at = now
        order.save()
        order.lines.all().delete()
        OrderLine.objects.bulk_create(_make_lines(order.pk, new.lines))
        if (before, before_currency) != (order.total_amount, order.currency):
            data = {
                "from_amount": before,
                "from_currency": before_currency,
                "to_amount": order.total_amount,
                "to_currency": order.currency,
            }
            OrderEvent.objects.create(order=order, type="order.changed", actor=actor, data=data, created_at=now)
    return order


def _fill(order: Order, new: NewOrder) -> None:
    if not new.lines:
        raise OrderRefused(_("There is nothing in the cart."))
    _check_shares(new)
    order.cart_token = new.cart_token
    order.customer_id = new.customer_id
    order.email = new.email
    order.source = new.source
    order.currency = new.currency
    order.store_currency = new.exchange.store_currency if new.exchange else ""
    order.rate = new.exchange.rate if new.exchange else None
    order.store_total_amount = new.exchange.store_total_amount if new.exchange else None
    order.subtotal_amount = new.totals.subtotal
    order.discount_amount = new.totals.discount
    order.shipping_amount = new.totals.shipping
    order.shipping_discount_amount = new.totals.shipping_discount
    order.tax_amount = new.totals.tax
    order.shipping_tax_amount = new.totals.shipping_tax
    order.taxes_included = new.totals.taxes_included
    order.total_amount = new.totals.total
    order.credit_amount = new.totals.credit
    order.discounts = [dict(one) for one in new.discounts]
    order.taxes = [dict(one) for one in new.taxes]
    order.shipping_taxes = None if new.shipping_taxes is None else [dict(one) for one in new.shipping_taxes]
    order.vat_id = new.vat_id
    order.is_reverse_charge = new.is_reverse_charge
    order.tax_calculation_id = new.tax_calculation_id
    order.items_count = sum(line.quantity for line in new.lines)
    order.shipping_address = dict(new.shipping_address)
    order.shipping_method = new.shipping_method
    order.pickup = dict(new.pickup)
    order.delivery_from_date = new.delivery_from_date
    order.delivery_to_date = new.delivery_to_date
    order.language = new.language
    order.note = new.note
    order.expires_at = new.expires_at


def _check_shares(new: NewOrder) -> None:
    totals = new.totals
    if sum(line.discount_amount for line in new.lines) + totals.shipping_discount != totals.discount:
        raise ValueError("the lines' discounts and delivery's are not the order's")
    if sum(line.tax_amount for line in new.lines) + totals.shipping_tax != totals.tax:
        raise ValueError("the lines' taxes and delivery's are not the order's")


def _make_lines(order_id: "int | Made", lines: Sequence[NewLine]) -> list[OrderLine]:
    rows = []
    for line in lines:
        total = line_total(unit_amount=line.unit_amount, quantity=line.quantity)
        plain = {"cover": dict(line.cover), "presents": [dict(one) for one in line.presents]}
        rows.append(OrderLine(order_id=order_id, total_amount=total, **{**asdict(line), **plain}))
    return rows
