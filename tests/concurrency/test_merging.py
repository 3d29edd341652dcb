"""Two customers are made one by two people at the same moment, and while one of them buys."""

from datetime import datetime

import pytest
from django.db import connection
from django.db.models import Sum

from core.tenancy import in_tenant
from storefront.credits.models import StoreCredit
from storefront.credits.services import adjust_store_credit
from storefront.customers.buyers import find_or_create_buyer, record_purchase
from storefront.customers.errors import CustomerNotFound
from storefront.customers.models import Customer, FormerCustomer
from storefront.customers.services import erase_customer, merge_customers
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from tenants.models import Tenant
from tests.concurrency.together import meet, run_together
from tests.storefront.orders.making import make_order


@pytest.fixture
def two(committed_store: Tenant, now: datetime) -> tuple[int, int]:
    with in_tenant(committed_store):
        found = []
        for email in ("a@example.com", "b@example.com"):
            order = make_order(now, email=email)
            assert order.customer_id is not None
            Customer.objects.filter(pk=order.customer_id).update(orders_count=1, spent_amount=order.total_amount)
            adjust_store_credit(customer_id=order.customer_id, currency="USD", amount=500, actor="x", now=now)
            found.append(order.customer_id)
    return found[0], found[1]


def assert_one(store: Tenant) -> Customer:
    with in_tenant(store):
        left = Customer.objects.get()
        assert left.orders_count == 2 and left.orders.count() == 2
        assert left.spent_amount == left.orders.aggregate(sum=Sum("total_amount"))["sum"]
        credit = StoreCredit.objects.get()
        assert credit.balance_amount == credit.entries.aggregate(sum=Sum("amount"))["sum"] == 1000
        assert FormerCustomer.objects.get().customer == left
    return left


@pytest.mark.parametrize("is_crossed", [False, True], ids=["double click", "each into the other"])
def test_two_at_once_merge_once(committed_store: Tenant, two: tuple[int, int], now: datetime, is_crossed: bool) -> None:
    turns = iter((two, two[::-1] if is_crossed else two) * 2)

    def merge() -> str:
        stays, goes = next(turns)
        with in_tenant(committed_store):
            try:
                merge_customers(stays_id=stays, goes_id=goes, actor="x", now=now)
            except CustomerNotFound:
                return "gone"
        return "merged"

    assert sorted(map(str, run_together(merge, count=4))) == ["gone"] * 3 + ["merged"]
    left = assert_one(committed_store)
    assert is_crossed or left.pk == two[0]


def test_merged_and_erased_at_once_is_one_after_the_other(
    committed_store: Tenant, two: tuple[int, int], now: datetime
) -> None:
    with in_tenant(committed_store):
        Order.objects.update(fulfillment_status="fulfilled")
    deeds = iter(
        (
            lambda: merge_customers(stays_id=two[0], goes_id=two[1], actor="x", now=now),
            lambda: erase_customer(customer_id=two[1], now=now),
        )
    )

    def work() -> str:
        deed = next(deeds)
        with in_tenant(committed_store):
            try:
                deed()
            except CustomerNotFound:
                return "gone"
        return "done"

    assert sorted(map(str, run_together(work, count=2))) == ["done", "gone"]
    with in_tenant(committed_store):
        people = {one.pk: one for one in Customer.objects.all()}
        if len(people) == 1:
            assert_one(committed_store)
        else:
            assert people[two[1]].erased_at is not None and people[two[0]].orders.count() == 1


def test_an_order_that_is_paid_meanwhile_counts_for_who_stays(
    committed_store: Tenant, two: tuple[int, int], now: datetime
) -> None:
    """Whoever counts holds the order, then its customer; the merge waits for the order before it holds anybody."""
    with in_tenant(committed_store):
        order = Order.objects.get(customer_id=two[1])
    held: list[Order] = []
    meet(
        committed_store,
        first=lambda: held.append(lock_order(order.pk)),
        then=lambda: record_purchase(customer_id=held[0].customer_id or 0, amount=100, now=now),
        other=lambda: merge_customers(stays_id=two[0], goes_id=two[1], actor="x", now=now),
    )
    with in_tenant(committed_store):
        assert Customer.objects.get().orders_count == 3
        assert Order.objects.filter(customer_id=two[0]).count() == 2


def test_a_guest_who_buys_meanwhile_begins_anew(committed_store: Tenant, two: tuple[int, int], now: datetime) -> None:
    """The address that went is nobody's any more: whoever waited for it finds nobody, and is made somebody new."""
    with in_tenant(committed_store):
        merge_customers(stays_id=two[0], goes_id=two[1], actor="x", now=now)
        again = find_or_create_buyer(email="b@example.com", name="", language="en", country="US", now=now)
        assert again.pk not in two and again.orders.count() == 0
    connection.close()
