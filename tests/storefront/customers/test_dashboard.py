"""The merchant's list of customers and the page of one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from core.tenancy import in_tenant
from storefront.credits.services import adjust_store_credit
from storefront.customers.models import Address, Customer, CustomerEvent
from storefront.transfer.enums import ImportKind
from storefront.transfer.narrowing import find_listed
from storefront.transfer.services.exporting import write_export
from tenants.models import Tenant

LIST = "/dashboard/customers/"


def names(client: Client, query: str = "") -> list[str]:
    return [row["name"] for row in client.get(LIST + query).context["rows"]]


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
    with CaptureQueriesContext(connection) as one:
        merchant_client.get("/dashboard/customers/")
    with in_tenant(acme):
        Customer.objects.all().delete()
    fill(acme, now, 60)
    with django_assert_num_queries(len(one)) as many:
        page = merchant_client.get("/dashboard/customers/").content.decode()
    assert page.count('class="go"') == 50
    about = [query["sql"] for query in many.captured_queries if "customers_customer" in query["sql"]]
    assert len(about) == 2  # all counts in one question, the rows in another


@pytest.mark.parametrize(
    ("query", "first", "count"),
    [
        ("sort=spent", "Customer 9", 10),
        ("view=subscribed", "Customer 8", 5),
        ("view=returning", "Customer 8", 3),
        ("q=c7@", "Customer 7", 1),
    ],
)
def test_views_search_and_sorting(
    acme: Tenant, merchant_client: Client, now: datetime, query: str, first: str, count: int
) -> None:
    fill(acme, now, 10)
    rows = merchant_client.get(f"/dashboard/customers/?{query}").context["rows"]
    assert (rows[0]["name"], len(rows)) == (first, count)


def test_each_tab_and_filter_leaves_whom_it_says(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        mei, bo, ann = (
            Customer.objects.create(created_at=now + timedelta(minutes=minute), **facts)
            for minute, facts in enumerate(
                [
                    {"email": "mei@example.com", "name": "王美", "country": "CN", "phone": "+86 138-0013 8000"},
                    {"email": "bo@example.com", "name": "Bo", "country": "SE", "orders_count": 1, "tags": ["vip"],
                     "last_order_at": now - timedelta(days=100), "accepts_marketing": True},
                    {"email": "ann@example.com", "name": "Ann", "country": "SE", "orders_count": 3, "spent_amount": 9900,
                     "last_order_at": now - timedelta(days=3)},
                ]
            )
        )  # fmt: skip
        Customer.objects.create(email="gone@erased.invalid", created_at=now, erased_at=now)
        Address.objects.create(customer=mei, name="王美", line1="1", city="杭州市", country="CN", is_default=True)
        adjust_store_credit(customer_id=bo.pk, currency="USD", amount=500, actor="ruth", now=now)
        adjust_store_credit(customer_id=ann.pk, currency="USD", amount=500, actor="ruth", now=now)
        adjust_store_credit(customer_id=ann.pk, currency="USD", amount=-500, actor="ruth", now=now)
    page = merchant_client.get(LIST)
    assert [tab["count"] for tab in page.context["views"]] == [3, 1, 1, 1, 1]
    assert [row["place"] for row in page.context["rows"]] == ["Sweden", "Sweden", "杭州市, China"]
    assert [country[:3] for country in page.context["countries"]] == [("SE", "Sweden", 2), ("CN", "China", 1)]
    found = {
        "": ["Ann", "Bo", "王美"],
        "?view=returning": ["Ann"],
        "?view=no_order": ["王美"],
        "?view=subscribed": ["Bo"],
        "?view=with_credit": ["Bo"],
        "?country=SE&sort=name": ["Ann", "Bo"],
        "?tag=vip": ["Bo"],
        "?last=30": ["Ann"],
        "?last=-90": ["Bo"],
        "?last=7&country=": ["Ann", "Bo", "王美"],
        "?sort=spent": ["Ann", "Bo", "王美"],
        "?sort=recent": ["Ann", "Bo", "王美"],
        "?q=13800138000": ["王美"],
        "?q=(0)138 0013": [],
        "?q=王": ["王美"],
        "?view=subscribed&q=ann": [],
    }
    assert {query: names(merchant_client, query) for query in found} == found


def test_a_file_holds_whom_the_list_shows_and_runs_no_formula(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        for place, country in enumerate(("SE", "CN", "SE")):
            words = '=HYPERLINK("http://x.example")' if place else "Ann"
            Customer.objects.create(email=f"c{place}@example.com", name=words, country=country, created_at=now)
        Customer.objects.create(email="gone@erased.invalid", country="SE", created_at=now, erased_at=now)
        for query, expected in (("country=SE", 2), ("", 3), ("view=returning", 0)):
            into = BytesIO()
            ids = find_listed(kind=ImportKind.CUSTOMERS, query=query, currency="USD")
            assert write_export(tenant=acme, kind=ImportKind.CUSTOMERS, into=into, ids=ids) == expected
            assert b",=" not in into.getvalue()
            assert b'"=' not in into.getvalue()
    assert "kind=customers&amp;country=SE" in merchant_client.get(LIST + "?country=SE").content.decode()


def test_many_customers_get_tags_and_the_history_says_who_did_it(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    fill(acme, now, 4)
    with in_tenant(acme):
        two = list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:2])
    form = {"pick": two, "tags": "VIP，trade", "next": LIST + "?sort=name", "state": ""}
    answer = merchant_client.post(LIST + "bulk/tags/", form)
    assert (answer.status_code, answer.headers["Location"]) == (302, LIST + "?sort=name")
    merchant_client.post(LIST + "bulk/tags/", {"all": "1", "tags": "vip", "state": "q=c0@", "remove": "1"})
    with in_tenant(acme):
        assert [one.tags for one in Customer.objects.order_by("pk")] == [["trade"], ["VIP", "trade"], [], []]
        said = [(event.customer_id, event.data) for event in CustomerEvent.objects.order_by("pk")]
    assert said == [
        (two[0], {"added": ["VIP", "trade"], "removed": []}),
        (two[1], {"added": ["VIP", "trade"], "removed": []}),
        (two[0], {"added": [], "removed": ["VIP"]}),
    ]


def test_a_view_is_kept_and_dropped(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    fill(acme, now, 3)
    merchant_client.post(LIST + "views/", {"state": "country=SE&last=-90", "label": "Silent Swedes"})
    tabs = merchant_client.get(LIST).context["views"]
    assert tabs[-1]["label"] == "Silent Swedes"
    page = merchant_client.get(tabs[-1]["url"])
    assert page.context["saved"]["label"] == "Silent Swedes"
    assert "No customers match these filters" in page.content.decode()
    merchant_client.post(f"{LIST}views/{tabs[-1]['pk']}/delete/")
    assert len(merchant_client.get(LIST).context["views"]) == 5


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
