"""Write orders of the past, many at once: no stock moves, nobody is written to, nothing is written twice."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, Case, Count, DecimalField, F, Max, Model, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Cast, Coalesce, Round

from core.ids import new_token
from storefront.catalog.locks import hold_products
from storefront.catalog.models import ProductVariant
from storefront.customers.bulk import GuestRow, ensure_guests, find_existing_emails
from storefront.customers.locks import hold_customers
from storefront.customers.models import Customer
from storefront.orders.enums import OrderSource, OrderStatus
from storefront.orders.models import Order, OrderEvent, OrderLine, OrderNumbers
from storefront.pricing.allocation import allocate

_LONGEST_NUMBER = 12
_Variant = tuple[int, int, str, str, str]
# Numbers without an end: bigints of both would not fit.
_EXACT: Any = DecimalField(max_digits=60, decimal_places=20)


@dataclass(slots=True)
class HistoricLine:
    """One kind of thing that was bought; `unit_amount` in minor units."""

    title: str
    sku: str
    unit_amount: int
    quantity: int
    fulfilled_count: int = 0
    requires_shipping: bool = True


@dataclass(slots=True)
class HistoricOrder:
    """An order as another shop kept it; amounts in minor units of `currency`, `total` being the sum of its parts.

    Its discount and its tax are shared out among its lines; a discount beyond their prices is delivery's.
    """

    name: str
    currency: str
    placed_at: datetime
    subtotal_amount: int
    total_amount: int
    discount_amount: int = 0
    shipping_amount: int = 0
    tax_amount: int = 0
    taxes_included: bool = False
    refunded_amount: int = 0
    email: str = ""
    status: str = OrderStatus.OPEN
    payment_status: str = "paid"
    fulfillment_status: str = "fulfilled"
    paid_at: datetime | None = None
    canceled_at: datetime | None = None
    address: Mapping[str, str] = field(default_factory=dict)
    shipping_method: str = ""
    note: str = ""
    phone: str = ""
    accepts_marketing: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    lines: list[HistoricLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class InsertedOrders:
    """How many orders were written, and how many of their lines no product of the store was found for."""

    created: int
    lines_without_product: int
    product_ids: tuple[int, ...]
    order_ids: tuple[int, ...] = ()
    guest_ids: tuple[int, ...] = ()


def find_existing_names(names: Collection[str]) -> dict[str, str]:
    """Return those of the order names that are taken, with where each order came from."""
    return dict(Order.objects.filter(name__in=names).values_list("name", "source"))


def insert_historic_orders(
    *, orders: Sequence[HistoricOrder], currency: str, language: str, actor: str, now: datetime
) -> InsertedOrders:
    """Write those of the orders whose name is free, with dates, lines and customers, and count them in.

    `currency` is the store's own: only orders in it add to what a customer has spent.
    """
    with transaction.atomic():
        _reserve_numbers(order.name for order in orders)
        taken = find_existing_names([order.name for order in orders])
        fresh = [order for order in orders if order.name not in taken]
        if not fresh:
            return InsertedOrders(0, 0, ())
        known = find_existing_emails({order.email for order in fresh if order.email})
        customers = _find_customers(fresh)
        goods = _Goods([line for order in fresh for line in order.lines])
        ids = _take_ids(Order, len(fresh))
        _copy_orders(fresh, ids, customers, language)
        _copy_lines(fresh, ids, goods)
        _copy_events(fresh, ids, actor, now)
        sold = goods.count_sold(fresh)
        _add_sold(sold)
        refresh_customer_totals(customer_ids=set(customers.values()), currency=currency)
    guests = tuple(pk for email, pk in customers.items() if email not in known)
    return InsertedOrders(len(fresh), goods.lines_without_product, tuple(sold), tuple(ids), guests)


def remove_imported_orders(*, order_ids: Collection[int], currency: str) -> tuple[int, ...]:
    """Take imported orders away again and return the ids of the products that are counted anew.

    Orders of the store's own are never touched. `currency` is as in `insert_historic_orders`.
    """
    with transaction.atomic():
        orders = Order.objects.select_for_update().filter(pk__in=order_ids, source=OrderSource.IMPORT).order_by("pk")
        mine = {order.pk: order for order in orders}
        sold: dict[int, int] = {}
        lines = OrderLine.objects.filter(order_id__in=mine, order__status=OrderStatus.OPEN, product_id__isnull=False)
        for product_id, units in lines.values_list("product_id").annotate(units=Sum("quantity")).order_by("product_id"):
            if product_id is not None:
                sold[product_id] = -units
        customer_ids = {order.customer_id for order in mine.values() if order.customer_id is not None}
        Order.objects.filter(pk__in=mine).delete()
        _add_sold(sold)
        refresh_customer_totals(customer_ids=customer_ids, currency=currency)
    return tuple(sold)


def refresh_customer_totals(*, customer_ids: Collection[int], currency: str) -> None:
    """Count anew what these customers have ordered and, in the store's currency, spent.

    They are held by a statement of its own: one that has to wait would go on with the orders as they were before.
    """
    mine = Order.objects.filter(customer=OuterRef("pk"), status=OrderStatus.OPEN).order_by().values("customer")
    paid = Q(Q(currency=currency) | Q(store_currency=currency), paid_at__isnull=False)
    hold_customers(customer_ids)
    Customer.objects.filter(pk__in=customer_ids).update(
        orders_count=Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0),
        spent_amount=Coalesce(Subquery(mine.annotate(n=Sum(_own_net(), filter=paid)).values("n")), 0),
        last_order_at=Subquery(mine.annotate(n=Max("placed_at")).values("n")),
    )


def _own_net() -> Case:
    """Return what an order brought in the store's own currency: the total less what went back, at the order's rate."""
    kept = F("total_amount") - F("refunded_amount")
    exchanged = Cast(F("store_total_amount"), _EXACT) * Cast(kept, _EXACT) / Cast(F("total_amount"), _EXACT)
    return Case(
        When(store_total_amount__isnull=False, total_amount__gt=0, then=Cast(Round(exchanged), BigIntegerField())),
        default=kept,
    )


def _reserve_numbers(names: Iterable[str]) -> None:
    """Move the store's own numbers past the imported ones; the locked row also makes two imports take turns."""
    numbers = [
        int(name[1:])
        for name in names
        if name[:1] == "#" and name[1:].isascii() and name[1:].isdigit() and len(name) <= _LONGEST_NUMBER
    ]
    first = OrderNumbers._meta.get_field("next_number").get_default()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders_ordernumbers (id, next_number) VALUES (1, %s) ON CONFLICT (id) DO UPDATE "
            "SET next_number = greatest(orders_ordernumbers.next_number, excluded.next_number)",
            [max([*numbers, first - 1]) + 1],
        )


def _find_customers(orders: Sequence[HistoricOrder]) -> dict[str, int]:
    guests = [
        GuestRow(
            email=order.email,
            created_at=order.placed_at,
            name=order.address.get("name", "")[:160],
            phone=order.phone,
            country=order.address.get("country", "")[:60],
            accepts_marketing=order.accepts_marketing,
        )
        for order in orders
        if order.email
    ]
    return ensure_guests(rows=guests) if guests else {}


class _Goods:
    """The store's variants for a set of lines: by SKU, and where that finds nothing, by title."""

    def __init__(self, lines: Sequence[HistoricLine]) -> None:
        self.lines_without_product = 0
        skus = {line.sku for line in lines if line.sku}
        self._by_sku: dict[str, _Variant] = {}
        for variant in _variants(Q(sku__in=skus)):
            self._by_sku.setdefault(variant[5], variant[:5])
        titles = {line.title for line in lines if line.sku not in self._by_sku}
        heads = {title.rpartition(" - ")[0] for title in titles if " - " in title}
        self._by_title: dict[str, _Variant] = {}
        for variant in _variants(Q(product__title__in=titles | heads)) if titles else []:
            title = f"{variant[2]} - {variant[3]}" if variant[3] else variant[2]
            self._by_title.setdefault(title, variant[:5])

    def find(self, line: HistoricLine) -> _Variant | None:
        """Return variant id, product id, product title, variant title and the cover as JSON, or None."""
        found = self._by_sku.get(line.sku) if line.sku else None
        return found or self._by_title.get(line.title)

    def count_sold(self, orders: Sequence[HistoricOrder]) -> dict[int, int]:
        """Return the units bought of each product, without canceled orders."""
        sold: dict[int, int] = {}
        for order in orders:
            for line in order.lines:
                found = self.find(line)
                if found is not None and order.status == OrderStatus.OPEN:
                    sold[found[1]] = sold.get(found[1], 0) + line.quantity
        return sold


def _variants(condition: Q) -> Iterable[tuple[int, int, str, str, str, str]]:
    found = (
        ProductVariant.objects.filter(condition)
        .order_by("pk")
        .values_list("pk", "product_id", "product__title", "title", "product__cover", "sku")
    )
    return ((*variant[:4], json.dumps(variant[4] or {}), variant[5]) for variant in found)


def _add_sold(sold: Mapping[int, int]) -> None:
    products = sorted(sold)
    hold_products(lambda: products)
    add_sold(sold)


def add_sold(sold: Mapping[int, int]) -> None:
    """Add units (or take them off, down to nothing) to what products have sold; lock the products first, in key order."""
    products = sorted(sold)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_product AS product SET sold_count = greatest(product.sold_count + sold.units, 0) "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS sold (id, units) WHERE product.id = sold.id",
            [products, [sold[pk] for pk in products]],
        )


def _take_ids(model: type[Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _copy_orders(
    orders: Sequence[HistoricOrder], ids: Sequence[int], customers: Mapping[str, int], language: str
) -> None:
    columns = (
        "id name token customer_id email status payment_status fulfillment_status source currency subtotal_amount"
        " discount_amount shipping_amount shipping_discount_amount tax_amount shipping_tax_amount taxes_included"
        " total_amount refunded_amount items_count shipping_address shipping_method language note placed_at paid_at"
        " canceled_at"
    )
    rows = (
        (
            pk,
            order.name,
            new_token(),
            customers.get(order.email),
            order.email,
            str(order.status),
            str(order.payment_status),
            str(order.fulfillment_status),
            OrderSource.IMPORT.value,
            order.currency,
            order.subtotal_amount,
            order.discount_amount,
            order.shipping_amount,
            min(max(order.discount_amount - order.subtotal_amount, 0), order.shipping_amount),
            order.tax_amount,
            order.tax_amount - sum(_shares(order)[1]),
            order.taxes_included,
            order.total_amount,
            order.refunded_amount,
            sum(line.quantity for line in order.lines),
            json.dumps(dict(order.address)),
            order.shipping_method,
            language,
            order.note,
            order.placed_at,
            order.paid_at,
            order.canceled_at,
        )
        for pk, order in zip(ids, orders, strict=True)
    )
    _copy(Order, columns.split(), rows)


def _shares(order: HistoricOrder) -> tuple[list[int], list[int]]:
    """Return each line's share of the order's discount and of its tax, by what the lines cost."""
    prices = [line.unit_amount * line.quantity for line in order.lines]
    discounts = allocate(min(order.discount_amount, sum(prices)), prices)
    nets = [price - discount for price, discount in zip(prices, discounts, strict=True)]
    return discounts, allocate(order.tax_amount if sum(nets) else 0, nets)


def _copy_lines(orders: Sequence[HistoricOrder], ids: Sequence[int], goods: _Goods) -> None:
    columns = (
        "order_id variant_id product_id title variant_title sku unit_amount quantity total_amount discount_amount"
        " tax_amount fulfilled_count requires_shipping cover"
    )

    def rows() -> Iterable[tuple[Any, ...]]:
        for pk, order in zip(ids, orders, strict=True):
            for line, discount, tax in zip(order.lines, *_shares(order), strict=True):
                found = goods.find(line)
                variant_id = product_id = None
                title, variant_title, cover = line.title, "", "{}"
                if found is None:
                    goods.lines_without_product += 1
                else:
                    variant_id, product_id, cover = found[0], found[1], found[4]
                    if found[3] and line.title == f"{found[2]} - {found[3]}":
                        title, variant_title = found[2], found[3]
                yield (
                    pk,
                    variant_id,
                    product_id,
                    title,
                    variant_title,
                    line.sku,
                    line.unit_amount,
                    line.quantity,
                    line.unit_amount * line.quantity,
                    discount,
                    tax,
                    line.fulfilled_count,
                    line.requires_shipping,
                    cover,
                )

    _copy(OrderLine, columns.split(), rows())


def _copy_events(orders: Sequence[HistoricOrder], ids: Sequence[int], actor: str, now: datetime) -> None:
    rows = (
        (pk, "order.imported", actor, json.dumps(dict(order.facts)), "imported", now)
        for pk, order in zip(ids, orders, strict=True)
    )
    _copy(OrderEvent, ["order_id", "type", "actor", "data", "key", "created_at"], rows)


def _copy(model: type[Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Stream rows into a table of the current store: opening Django's cursor has switched to its schema, or raised."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
