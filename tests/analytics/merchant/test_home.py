"""The merchant's home page, from the first minute to a year of orders."""

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from analytics.merchant.home import describe_period, greet, list_to_do
from analytics.merchant.models import DailyVisits, Visit
from analytics.merchant.plan import describe_plan
from analytics.merchant.selectors import get_home_facts, list_top_products
from analytics.merchant.services.rollups import refresh_rollups
from analytics.merchant.setup import describe_setup
from billing.subscriptions.models import Subscription
from core.clock import utc_now
from core.jobs.models import Job, JobState
from core.jobs.services import create_job
from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.support.models import Conversation
from tenants.models import Entitlement, PaymentAccount, Tenant
from tenants.people.permissions import Permission
from tenants.services import set_entitlement
from tests.recsys.serving.shop import NOW, add_customers, add_order, add_products, count_queries


def open_checkout(tenant: Tenant, until: datetime | None) -> None:
    set_entitlement(tenant_id=tenant.pk, key="checkout", value=None, valid_until=until)


def fill(tenant: Tenant) -> None:
    now = utc_now()
    with in_tenant(tenant):
        mug, pot, empty = add_products(3, cover={"path": "x-1600.webp", "width": 10, "height": 10, "alt": ""})
        Product.objects.filter(pk=empty.pk).update(is_available=False)
        (anna,) = add_customers(1)
        for days in (1, 2, 40):
            add_order([mug, pot], at=now - timedelta(days=days), customer=anna, amount=1500)
        add_order([mug], at=now - timedelta(days=3), amount=1500, fulfillment_status="fulfilled")
        for number in range(8):
            Visit.objects.create(
                visitor=f"v{number}", kind="view", path="/", created_at=now - timedelta(days=1, minutes=number)
            )
        Conversation.objects.create(
            token="t" * 26, email="a@example.com", subject="Where is it?", created_at=now, last_message_at=now
        )
        refresh_rollups(tenant=tenant, now=now)


def test_a_store_of_one_minute_shows_the_guide_and_no_invented_numbers(acme: Tenant, merchant_client: Client) -> None:
    response = merchant_client.get("/dashboard/")

    text = response.content.decode()
    assert response.status_code == 200
    assert "Get ready to sell" in text
    assert "Add your first product" in text
    assert text.count("—") >= 4
    assert "Sales appear here after your first order." in text
    assert 'class="spark"' not in text
    assert "orders to fulfill" not in text


def test_a_store_with_orders_shows_what_waits_and_what_it_sold(acme: Tenant, merchant_client: Client) -> None:
    fill(acme)

    text = merchant_client.get("/dashboard/").content.decode()

    assert "<b>3</b> orders to fulfill" in text
    assert "<b>1</b> open conversation" in text
    assert "<b>1</b> product sold out" in text
    assert "$75.00" in text
    assert "$45.00 more" in text
    assert "Mug 1" in text
    assert "Shopper 1" in text
    assert "data as of" in text
    assert "Sales appear here" not in text


def test_the_home_page_costs_at_most_fifteen_queries(acme: Tenant, merchant_client: Client) -> None:
    fill(acme)
    merchant_client.get("/dashboard/")

    with count_queries() as asked:
        merchant_client.get("/dashboard/")

    assert len(asked) <= 15, "\n".join(asked)


def test_figures_compare_thirty_days_with_the_thirty_before(in_acme: Tenant) -> None:
    (mug,) = add_products(1)
    for days, amount in ((0, 1000), (29, 500), (30, 400), (59, 300), (60, 9999)):
        add_order([mug], at=NOW - timedelta(days=days), amount=amount)
    for days, visitors in ((0, 30), (29, 10), (30, 100)):
        DailyVisits.objects.create(day=NOW.date() - timedelta(days=days), visitors_count=visitors)
    refresh_rollups(tenant=in_acme, now=NOW)

    sales, orders, visitors, conversion = describe_period(tenant=in_acme, facts=get_home_facts(), now=NOW)

    assert (sales.value, sales.delta, sales.direction) == ("$15.00", "$8.00 more", "up")
    assert (orders.value, orders.delta, orders.direction) == ("2", "same as before", "")
    assert (visitors.value, visitors.delta, visitors.direction) == ("40", "60 fewer", "down")
    assert (conversion.value, conversion.delta) == ("5.0\N{THIN SPACE}%", "3.0 points more")


def test_top_products_are_the_days_own_and_bear_the_names_of_today(in_acme: Tenant) -> None:
    mug, pot = add_products(2)
    add_order([mug], at=NOW, amount=900)
    add_order([pot], at=NOW, amount=800, quantity=2)
    add_order([mug], at=NOW - timedelta(days=30), amount=99_999)
    refresh_rollups(tenant=in_acme, now=NOW)
    Product.objects.filter(pk=mug.pk).update(title="Better mug")

    rows = list_top_products(since=NOW.date() - timedelta(days=29))

    assert [(row.title, row.items_count, row.amount) for row in rows] == [("Mug 2", 2, 1600), ("Better mug", 1, 900)]


def test_steps_are_done_when_the_store_says_so(in_acme: Tenant) -> None:
    def guide() -> list[bool]:
        steps = describe_setup(facts=get_home_facts(), takes_payments=False, has_plan=False).steps
        return [step.is_done for step in steps]

    assert guide() == [False, False, True, False, False, False]
    (mug,) = add_products(1)
    assert guide()[0] is False
    Product.objects.update(cover={"path": "x.webp", "width": 1, "height": 1, "alt": ""})
    assert guide()[0] is True
    add_order([mug], at=NOW, status="pending")
    assert guide()[5] is False
    add_order([mug], at=NOW)
    assert guide()[5] is True


def test_the_guide_goes_when_it_is_put_away_or_done(acme: Tenant, merchant_client: Client) -> None:
    assert merchant_client.get("/dashboard/setup/dismiss/").status_code == 405
    merchant_client.post("/dashboard/setup/dismiss/")
    assert "Get ready to sell" not in merchant_client.get("/dashboard/").content.decode()

    with in_tenant(acme):
        guide = describe_setup(facts=get_home_facts(), takes_payments=True, has_plan=True)
        assert not guide.is_finished
        assert guide.current is not None
        assert guide.current.title == "Add your first product"


def test_connected_payments_tick_their_step(acme: Tenant, merchant_client: Client) -> None:
    account = PaymentAccount.objects.create(
        tenant=acme, provider="stripe", external_id="acct_1", charges_enabled=False, created_at=NOW
    )
    assert "1 of 6" in merchant_client.get("/dashboard/").content.decode()

    PaymentAccount.objects.filter(pk=account.pk).update(charges_enabled=True)
    assert "2 of 6" in merchant_client.get("/dashboard/").content.decode()


def test_a_closed_checkout_is_said_first(acme: Tenant, merchant_client: Client) -> None:
    Entitlement.objects.filter(tenant=acme).delete()
    assert "Your checkout is closed." in merchant_client.get("/dashboard/").content.decode()

    open_checkout(acme, None)
    assert "Your checkout is closed." not in merchant_client.get("/dashboard/").content.decode()


@pytest.mark.parametrize(
    ("status", "left", "title"),
    [
        ("trialing", timedelta(days=8), None),
        ("trialing", timedelta(days=6, hours=1), "Your trial ends in 6 days."),
        ("trialing", timedelta(days=1, hours=1), "Your trial ends in 1 day."),
        ("trialing", timedelta(hours=5), "Your trial ends today."),
        ("active", None, None),
        ("past_due", None, "Your last payment to us did not go through."),
    ],
)
def test_the_plan_speaks_up_when_it_has_to(status: str, left: timedelta | None, title: str | None) -> None:
    contract = Subscription(status=status, trial_ends_at=None if left is None else NOW + left)

    notice = describe_plan(subscription=contract, checkout_is_open=True, now=NOW)

    assert (notice.title if notice else None) == title


@pytest.mark.parametrize(
    ("hour", "words"), [(3, "Good morning, Mei"), (4, "Good afternoon, Mei"), (12, "Good evening, Mei")]
)
def test_the_greeting_follows_the_stores_clock(hour: int, words: str) -> None:
    tenant = Tenant(time_zone="Asia/Shanghai")

    assert greet(name="Mei Lin", tenant=tenant, now=NOW.replace(hour=hour)) == (words, "Sunday, November 22")


def test_whatever_waits_is_counted_and_leads_to_its_list(acme: Tenant, merchant_client: Client) -> None:
    fill(acme)
    with in_tenant(acme):
        mug, pot, _empty = Product.objects.order_by("pk")
        Product.objects.filter(pk=mug.pk).update(issue_codes=["no_photo"])
        Product.objects.filter(pk=pot.pk).update(issue_codes=["free"], status="archived")
        add_order([mug], at=utc_now(), amount=1500, payment_status="pending", paid_at=None)
        job = create_job(
            kind="import",
            title="Import of goods.csv",
            task="core.jobs.nothing",
            params={},
            started_by="ada",
            now=utc_now(),
        )
        Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, finished_at=utc_now())

    def links() -> dict[str, str]:
        page = BeautifulSoup(merchant_client.get("/dashboard/").content, "html.parser")
        return {link["href"]: link.get_text(" ", strip=True) for link in page.select(".todo a")}

    shown = links()
    assert shown["/dashboard/products/?attention=1"] == "1 product needs attention"
    assert shown["/dashboard/orders/?view=unpaid"] == "1 order waits for its money"
    assert shown[f"/dashboard/jobs/{job.token}/"] == "1 task did not finish"
    for address in shown:
        assert merchant_client.get(address).status_code == 200
    merchant_client.post(f"/dashboard/jobs/{job.token}/dismiss/")
    assert f"/dashboard/jobs/{job.token}/" not in links()


def test_nothing_to_do_is_no_list(in_acme: Tenant) -> None:
    assert list_to_do(get_home_facts(), may=Permission.values) == []


def test_another_stores_orders_are_not_counted(globex: Tenant, acme: Tenant, merchant_client: Client) -> None:
    fill(globex)

    text = merchant_client.get("/dashboard/").content.decode()

    assert "orders to fulfill" not in text
    assert "Sales appear here after your first order." in text
