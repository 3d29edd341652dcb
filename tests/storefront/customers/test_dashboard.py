"""The merchant's list of customers and the page of one."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.tenancy import in_tenant
from storefront.customers.models import Customer
from tenants.models import Tenant


def fill(tenant: Tenant, now: datetime, count: int) -> None:
    with in_tenant(tenant):
        Customer.objects.bulk_create(
            Customer(
                email=f"c{number}@example.com",
                name=f"Customer {number}",
                spent_amount=number * 100,
                orders_count=number % 3,
                accepts_marketing=number % 2 == 0,
                created_at=now,
            )
            for number in range(count)
        )


def test_an_empty_store_says_where_customers_come_from(merchant_client: Client) -> None:
    page = merchant_client.get("/dashboard/customers/").content.decode()
    assert "Your customers will be here" in page


def test_the_list_needs_as_many_queries_for_sixty_as_for_one(
    acme: Tenant, merchant_client: Client, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(acme, now, 1)
    merchant_client.get("/dashboard/customers/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        merchant_client.get("/dashboard/customers/")
    with in_tenant(acme):
        Customer.objects.all().delete()
    fill(acme, now, 60)
    with django_assert_num_queries(len(one)):
        page = merchant_client.get("/dashboard/customers/").content.decode()
    assert page.count('class="go"') == 50


@pytest.mark.parametrize(
    ("query", "first", "count"),
    [
        ("sort=spent", "Customer 9", 10),
        ("view=newsletter", "Customer 8", 5),
        ("view=buyers", "Customer 8", 6),
        ("q=c7@", "Customer 7", 1),
    ],
)
def test_views_search_and_sorting(
    acme: Tenant, merchant_client: Client, now: datetime, query: str, first: str, count: int
) -> None:
    fill(acme, now, 10)
    rows = merchant_client.get(f"/dashboard/customers/?{query}").context["rows"]
    assert (rows[0]["name"], len(rows)) == (first, count)


def test_a_search_without_result_offers_to_clear_it(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    fill(acme, now, 1)
    page = merchant_client.get("/dashboard/customers/?q=zzz").content.decode()
    assert "No customers match “zzz”" in page
    assert "Clear the search" in page


def test_the_page_of_a_customer_shows_what_they_spent(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    fill(acme, now, 3)
    with in_tenant(acme):
        pk = Customer.objects.get(email="c2@example.com").pk
    page = merchant_client.get(f"/dashboard/customers/{pk}/").content.decode()
    assert "Customer 2" in page
    assert "$2.00" in page


def test_a_customer_of_another_store_is_not_found(
    acme: Tenant, globex: Tenant, merchant_client: Client, now: datetime
) -> None:
    fill(globex, now, 1)
    with in_tenant(globex):
        pk = Customer.objects.get().pk
    assert merchant_client.get(f"/dashboard/customers/{pk}/").status_code == 404


def test_nobody_but_the_merchant_sees_customers(acme: Tenant, store_client: Callable[[Tenant], Client]) -> None:
    assert store_client(acme).get("/dashboard/customers/").status_code == 302
