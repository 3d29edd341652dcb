"""The list of stores: found, narrowed, sorted, taken away as a file, at the same cost for one store and for fifty."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.plans.models import Plan
from billing.subscriptions.models import Subscription
from console.models import StoreFacts
from core.clock import utc_now
from tenants.models import Domain, Membership, Tenant


def row_only(slug: str, now: datetime, **facts: object) -> Tenant:
    """Make a store's public rows, without a schema: the list must need no more."""
    tenant = Tenant.objects.create(
        slug=slug, schema_name=f"t_{abs(hash(slug)):020x}"[:22], name=slug.title(), contact_email=f"{slug}@example.com",
        state="ready", step="done", created_at=now, ready_at=now,
    )  # fmt: skip
    Domain.objects.create(tenant=tenant, domain=f"{slug}.localhost", is_primary=True, verified_at=now)
    user = User.objects.create(email=f"owner-of-{slug}@example.com", created_at=now)
    Membership.objects.create(user=user, tenant=tenant, role="owner", created_at=now)
    plan = Plan.objects.get(code="growth")
    Subscription.objects.create(tenant=tenant, plan=plan, status="trialing", started_at=now, updated_at=now)
    StoreFacts.objects.create(tenant=tenant, refreshed_at=now, **facts)
    return tenant


def names(answer: object) -> list[str]:
    return [tenant.slug for tenant in answer.context["page"].object_list]  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/console/stores/", "/console/stores/?view=look&q=o&sort=size", "/console/"])
def test_a_page_costs_the_same_for_two_stores_and_for_fifty(
    path: str, console: Client, acme: Tenant, globex: Tenant
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert console.get(path).status_code == 200
        statements = [query["sql"] for query in captured]
        assert [sql for sql in statements if acme.schema_name in sql or globex.schema_name in sql] == []
        return len([sql for sql in statements if "search_path" not in sql.lower()])

    for tenant in (acme, globex):
        StoreFacts.objects.create(tenant=tenant, refreshed_at=utc_now(), failed_jobs_24h_count=1)
    few = cost()
    for number in range(48):
        row_only(f"shop-{number:02d}", utc_now(), failed_jobs_24h_count=1)
    assert cost() == few
    assert few <= 18


@pytest.mark.parametrize("text", ["acme", "ACME", "acme.localhost", "acme@example.com", "own-acme.example"])
def test_a_store_is_found_by_name_address_domain_and_its_owners_mail(
    text: str, console: Client, acme: Tenant, globex: Tenant
) -> None:
    Domain.objects.create(tenant=acme, domain="own-acme.example", is_primary=False)
    assert names(console.get("/console/stores/", {"q": text})) == ["acme"]


def test_the_filters_narrow_and_go_together(console: Client, acme: Tenant, globex: Tenant) -> None:
    now = utc_now()
    Tenant.objects.filter(pk=acme.pk).update(created_at=now, is_demo=True)
    StoreFacts.objects.create(tenant=acme, refreshed_at=now, last_order_at=now - timedelta(days=3))
    StoreFacts.objects.create(tenant=globex, refreshed_at=now)
    Tenant.objects.filter(pk=globex.pk).update(state="suspended", created_at=now - timedelta(days=40))
    for params, expected in (
        ({"state": "ready"}, ["acme"]), ({"view": "suspended"}, ["globex"]), ({"plan": "growth"}, ["acme", "globex"]),
        ({"plan": "scale"}, []), ({"status": "trialing"}, ["acme", "globex"]), ({"created": "week"}, ["acme"]),
        ({"order": "week"}, ["acme"]), ({"order": "never"}, ["globex"]), ({"kind": "demo"}, ["acme"]),
        ({"kind": "real"}, ["globex"]), ({"kind": "demo", "state": "suspended"}, []), ({"state": "nonsense"}, ["acme", "globex"]),
    ):  # fmt: skip
        assert names(console.get("/console/stores/", params)) == expected, params


def test_stores_are_sorted_by_what_they_sold_and_unknown_ones_come_last(
    console: Client, acme: Tenant, globex: Tenant
) -> None:
    StoreFacts.objects.create(tenant=globex, refreshed_at=utc_now(), gmv_30d_amount=5)
    assert names(console.get("/console/stores/", {"sort": "gmv"})) == ["globex", "acme"]
    assert names(console.get("/console/stores/", {"sort": "name"})) == ["acme", "globex"]


def test_home_sums_what_real_stores_sold_by_currency(console: Client, acme: Tenant, globex: Tenant) -> None:
    for tenant, sold in ((acme, 123_400), (globex, 500_000)):
        StoreFacts.objects.create(tenant=tenant, refreshed_at=utc_now(), gmv_30d_amount=sold)
    assert console.get("/console/").context["volume"] == {"CNY": 500_000, "USD": 123_400}  # type: ignore[attr-defined]
    Tenant.objects.filter(pk=globex.pk).update(is_demo=True)
    assert console.get("/console/").context["volume"] == {"USD": 123_400}  # type: ignore[attr-defined]


def test_what_matches_nothing_says_so_and_what_is_not_there_yet_otherwise(console: Client, acme: Tenant) -> None:
    assert "No store matches" in console.get("/console/stores/", {"q": "zzz"}).content.decode()
    Tenant.objects.update(state="deleted")
    assert "No store yet" in console.get("/console/stores/").content.decode()


def test_the_file_holds_what_the_list_holds_and_no_formula(console: Client, acme: Tenant, globex: Tenant) -> None:
    Tenant.objects.filter(pk=acme.pk).update(name="=HYPERLINK(1)")
    answer = console.get("/console/stores/file/", {"q": "acme"})
    assert answer["Content-Disposition"] == 'attachment; filename="stores.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["name"], row["address"], row["owner"]) for row in rows] == [
        ("'=HYPERLINK(1)", "acme", "acme@example.com")
    ]


def test_a_page_is_fifty_stores(console: Client, acme: Tenant, globex: Tenant) -> None:
    for number in range(50):
        row_only(f"shop-{number:02d}", utc_now())
    answer = console.get("/console/stores/", {"page": "2"})
    assert sorted(names(answer)) == ["acme", "globex"]


def test_a_pages_words_are_escaped(console: Client, acme: Tenant) -> None:
    Tenant.objects.filter(pk=acme.pk).update(name="<script>alert(1)</script>")
    for path in ("/console/", "/console/stores/", f"/console/stores/{acme.pk}/", "/console/log/"):
        assert b"<script>alert" not in console.get(path).content
