"""Orders to look at, made by the service that checkout calls."""

from datetime import date, datetime
from typing import Any

from storefront.customers.buyers import find_or_create_buyer
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order
from storefront.orders.services import NewLine, NewOrder, mark_paid, place_order
from storefront.pricing.totals import cart_totals
from tests.storefront.goods import make_variant

ADDRESS = {
    "name": "Maya Lindqvist",
    "company": "",
    "line1": "2214 NW Quimby Street",
    "line2": "",
    "city": "Portland",
    "province": "OR",
    "postcode": "97210",
    "country": "US",
    "phone": "",
}


def make_order(
    now: datetime,
    *,
    goods: tuple[tuple[str, int, int], ...] = (("Enamel mug", 1800, 2), ("Wool blanket", 12800, 1)),
    email: str = "maya@example.com",
    status: OrderStatus = OrderStatus.OPEN,
    is_paid: bool = True,
    **changes: Any,
) -> Order:
    """Return an order of these (title, price, quantity), open and paid unless told otherwise."""
    variants = [
        (make_variant(f"{title} {now.timestamp()} {count}", price=price), count) for title, price, count in goods
    ]
    lines = [
        NewLine(variant.pk, variant.product_id, title, variant.price_amount, count)
        for (variant, count), (title, _price, _count) in zip(variants, goods, strict=True)
    ]
    customer = find_or_create_buyer(email=email, name="Maya Lindqvist", language="en", country="US", now=now)
    new = NewOrder(
        **{
            "email": email,
            "currency": "USD",
            "lines": lines,
            "totals": cart_totals([(line.unit_amount, line.quantity) for line in lines], shipping_amount=600),
            "shipping_address": ADDRESS,
            "customer_id": customer.pk,
            "shipping_method": "Standard",
            "delivery_from_date": date(2026, 11, 25),
            "delivery_to_date": date(2026, 11, 26),
            **changes,
        }
    )
    order = place_order(new=new, status=OrderStatus.PENDING if is_paid else status, actor="shopper", now=now)
    return mark_paid(order=order, paid_at=now, actor="stripe") if is_paid else order
