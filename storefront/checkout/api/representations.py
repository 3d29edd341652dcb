"""How carts and orders look to shoppers' clients."""

from collections.abc import Iterable
from typing import Any

from core.money import Money
from storefront.carts.selectors import CartView
from storefront.orders.models import Order
from storefront.payments.selectors import Way
from storefront.pricing.totals import cart_totals


def cart_json(view: CartView, ways: Iterable[Way]) -> dict[str, Any]:
    """Return a cart; its id is its secret token, its total is without delivery until checkout knows where to."""
    currency = view.currency
    totals = cart_totals([(line.unit_amount, line.quantity) for line in view.lines])
    return {
        "id": view.token,
        "currency": currency,
        "items_count": view.items_count,
        "lines": [
            {
                "id": line.id,
                "variant_id": line.variant_id,
                "title": line.title,
                "variant_title": line.variant_title,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price": Money(line.unit_amount, currency).as_json(),
                "total": Money(line.total_amount, currency).as_json(),
                "url": line.url,
                "problem": line.problem or None,
            }
            for line in view.lines
        ],
        "subtotal": Money(totals.subtotal, currency).as_json(),
        "total": Money(totals.total, currency).as_json(),
        "payment_methods": [{"method": way.kind, "title": way.title, "text": way.text} for way in ways],
    }


def order_json(order: Order) -> dict[str, Any]:
    """Return an order without its lines, as checkout answers it."""
    return {
        "number": order.name,
        "token": order.token,
        "status": order.status,
        "payment_status": order.payment_status,
        "fulfillment_status": order.fulfillment_status,
        "total": Money(order.total_amount, order.currency).as_json(),
    }


def order_detail_json(order: Order) -> dict[str, Any]:
    """Return an order with everything its shopper may see."""
    currency = order.currency
    return {
        **order_json(order),
        "email": order.email,
        "currency": currency,
        "placed_at": order.placed_at.isoformat().replace("+00:00", "Z"),
        "paid_at": order.paid_at.isoformat().replace("+00:00", "Z") if order.paid_at else None,
        "lines": [
            {
                "variant_id": line.variant_id,
                "title": line.title,
                "variant_title": line.variant_title,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price": Money(line.unit_amount, currency).as_json(),
                "total": Money(line.total_amount, currency).as_json(),
                "discount": Money(line.discount_amount, currency).as_json(),
                "tax": Money(line.tax_amount, currency).as_json(),
            }
            for line in order.lines.order_by("pk")
        ],
        "subtotal": Money(order.subtotal_amount, currency).as_json(),
        "discount": Money(order.discount_amount, currency).as_json(),
        "shipping": Money(order.shipping_amount, currency).as_json(),
        "tax": Money(order.tax_amount, currency).as_json(),
        "taxes_included": order.taxes_included,
        "credit": Money(order.credit_amount, currency).as_json(),
        "discounts": [
            {"title": one["title"], "code": one["code"], "amount": Money(one["amount"], currency).as_json()}
            for one in order.discounts
        ],
        "taxes": [
            {"name": one["name"], "rate": one["rate"], "amount": Money(one["amount"], currency).as_json()}
            for one in order.taxes
        ],
        "refunded": Money(order.refunded_amount, currency).as_json(),
        "shipping_address": order.shipping_address,
        "shipping_method": order.shipping_method,
        "pickup": {name: order.pickup[name] for name in ("name", "address", "hours", "text")} if order.pickup else None,
    }
