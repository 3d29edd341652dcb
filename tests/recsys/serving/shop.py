"""Goods, customers and orders written straight into the tables of the current store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import utc_now
from core.ids import new_token
from core.sessions import SessionStore
from storefront.catalog.models import Product
from storefront.customers.models import Customer
from storefront.customers.services.sign_ins import open_sign_in
from storefront.customers.sessions import HASH_KEY, SESSION_KEY, SIGN_IN_KEY, session_hash
from storefront.orders.models import Order, OrderLine

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)


def add_products(count: int, *, prefix: str = "Mug", **facts: object) -> list[Product]:
    """Add products that can be bought, one an hour, the last the newest."""
    made = NOW - timedelta(days=200)
    defaults = {"status": "active", "is_available": True, "available_count": 9, "min_price_amount": 1000}
    return Product.objects.bulk_create(
        Product(
            title=f"{prefix} {i}",
            handle=f"{prefix.lower()}-{i}",
            **{**defaults, "max_price_amount": 1000, "variants_count": 1, **facts},
            created_at=made + timedelta(hours=i),
            updated_at=made,
            published_at=made + timedelta(hours=i),
        )
        for i in range(1, count + 1)
    )


def add_customers(count: int) -> list[Customer]:
    return Customer.objects.bulk_create(
        Customer(email=f"shopper{i}@example.com", name=f"Shopper {i}", created_at=NOW, orders_count=1)
        for i in range(1, count + 1)
    )


def add_order(
    products: Sequence[Product],
    *,
    at: datetime,
    customer: Customer | None = None,
    amount: int = 1000,
    quantity: int = 1,
    **facts: object,
) -> Order:
    """Add an open, paid order with one line a product, each of `quantity` at `amount`."""
    subtotal = amount * quantity * len(products)
    values = {"status": "open", "payment_status": "paid", "paid_at": at, "currency": "USD", **facts}
    order = Order.objects.create(
        name=f"#{new_token()[:8]}",
        token=new_token(),
        customer=customer,
        subtotal_amount=subtotal,
        total_amount=subtotal,
        items_count=quantity * len(products),
        placed_at=at,
        **values,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product_id=product.pk,
            title=product.title,
            unit_amount=amount,
            quantity=quantity,
            total_amount=amount * quantity,
        )
        for product in products
    )
    return order


def add_tasteful_store(*, customers: int = 120, groups: int = 6, size: int = 12, orders: int = 4) -> list[Product]:
    """Add a store in which each customer keeps to one group of products, so that taste beats best-sellers."""
    rng = np.random.default_rng(0)
    products = [one for group in range(groups) for one in add_products(size, prefix=f"Thing{chr(97 + group)}")]
    for number, customer in enumerate(add_customers(customers)):
        own = products[(number % groups) * size : (number % groups + 1) * size]
        for age in rng.uniform(0, 120, orders):
            chosen = [own[i] for i in rng.choice(size, 3, replace=False)]
            add_order(chosen, at=NOW - timedelta(days=float(age)), customer=customer)
    return products


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """Collect the statements of the block that ask something: switching to the store's schema is none."""
    asked: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    asked.extend(query["sql"] for query in captured if not query["sql"].startswith("SET search_path"))


def sign_in_shopper(client: Client, customer: Customer) -> None:
    """Write the session that logging in writes; inside the customer's store."""
    session = SessionStore()
    session[SESSION_KEY] = customer.pk
    session[HASH_KEY] = session_hash(customer)
    session[SIGN_IN_KEY] = open_sign_in(customer=customer, browser="", address="", now=utc_now())
    session.save()
    client.cookies["shopstead_session"] = session.session_key
