"""Days of a store, worked out by hand and by the roll-up."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from analytics.merchant.commands import run_refresh
from analytics.merchant.models import (
    DailyProductSales,
    DailySales,
    DailyVisits,
    RollupState,
    Visit,
    VisitorSalt,
)
from analytics.merchant.services.rollups import refresh_recent, refresh_rollups
from analytics.merchant.tasks import refresh
from core.clock import utc_now
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_tenant
from storefront.credits.enums import EntryKind
from storefront.credits.models import CreditEntry, GiftCard
from storefront.orders.models import Order, OrderLine
from tenants.models import Tenant
from tests.recsys.serving.shop import NOW, add_customers, add_order, add_products


@pytest.fixture
def shanghai(acme: Tenant) -> Tenant:
    """acme, with days that begin at 16:00 UTC."""
    Tenant.objects.filter(pk=acme.pk).update(time_zone="Asia/Shanghai")
    acme.refresh_from_db()
    return acme


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def see(visitor: str, kind: str, moment: datetime) -> None:
    Visit.objects.create(visitor=visitor, kind=kind, path="/", created_at=moment)


def sales_by_day() -> dict[date, tuple[int, ...]]:
    fields = (
        *("orders_count", "items_count", "gross_amount", "refund_amount", "net_amount"),
        *("new_customers_count", "returning_customers_count"),
    )
    return {row[0]: row[1:] for row in DailySales.objects.order_by("day").values_list("day", *fields)}


def test_orders_fall_on_the_stores_own_days(shanghai: Tenant) -> None:
    with in_tenant(shanghai):
        (mug,) = add_products(1)
        anna, ben = add_customers(2)
        add_order([mug], at=at("2026-11-20T15:59:59.999999"), customer=anna, amount=1000)
        add_order([mug], at=at("2026-11-20T16:00:00"), customer=anna, amount=2500, quantity=2, refunded_amount=700)
        add_order([mug], at=at("2026-11-21T15:59:59"), customer=ben, amount=100)
        add_order([mug], at=at("2026-11-21T03:00:00"), amount=40)
        add_order([mug], at=at("2026-11-21T04:00:00"), customer=ben, amount=9999, status="canceled")
        add_order([mug], at=at("2026-11-21T05:00:00"), customer=ben, amount=9999, status="pending")

        refresh_rollups(tenant=shanghai, now=NOW)

        assert sales_by_day() == {
            date(2026, 11, 20): (1, 1, 1000, 0, 1000, 1, 0),
            date(2026, 11, 21): (3, 4, 5140, 700, 4440, 1, 1),
            date(2026, 11, 22): (0, 0, 0, 0, 0, 0, 0),
        }
        fields = ("day", "product_id", "items_count", "net_amount")
        assert list(DailyProductSales.objects.order_by("day").values_list(*fields)) == [
            (date(2026, 11, 20), mug.pk, 1, 1000),
            (date(2026, 11, 21), mug.pk, 4, 5140),
        ]


def test_a_visitor_counts_once_a_day_whatever_they_do(shanghai: Tenant) -> None:
    with in_tenant(shanghai):
        see("ann", Visit.VIEW, at("2026-11-20T15:59:59"))
        for kind in (Visit.VIEW, Visit.PRODUCT, Visit.PRODUCT, Visit.CART, Visit.CHECKOUT):
            see("ann", kind, at("2026-11-20T16:00:00"))
        see("ben", Visit.PRODUCT, at("2026-11-21T15:00:00"))

        refresh_rollups(tenant=shanghai, now=NOW)

        fields = ("visitors_count", "views_count", "product_views_count", "cart_adds_count", "checkouts_count")
        days = {row[0]: row[1:] for row in DailyVisits.objects.values_list("day", *fields)}
        assert days == {
            date(2026, 11, 20): (1, 1, 0, 0, 0),
            date(2026, 11, 21): (2, 4, 3, 1, 1),
            date(2026, 11, 22): (0, 0, 0, 0, 0),
        }


def test_running_it_twice_changes_nothing_and_what_was_canceled_goes(in_acme: Tenant) -> None:
    (mug,) = add_products(1)
    kept = add_order([mug], at=NOW - timedelta(days=1))
    dropped = add_order([mug], at=NOW - timedelta(days=2))
    refresh_rollups(tenant=in_acme, now=NOW)
    before = sales_by_day()
    refresh_rollups(tenant=in_acme, now=NOW)
    assert sales_by_day() == before

    Order.objects.filter(pk=dropped.pk).update(status="canceled")
    refresh_rollups(tenant=in_acme, now=NOW)

    assert {day: row[0] for day, row in sales_by_day().items() if row[0]} == {kept.placed_at.date(): 1}
    assert DailyProductSales.objects.count() == 1
    assert RollupState.objects.get().refreshed_at == NOW


def test_a_window_leaves_older_days_alone(in_acme: Tenant) -> None:
    (mug,) = add_products(1)
    add_order([mug], at=NOW - timedelta(days=10))
    refresh_rollups(tenant=in_acme, now=NOW)
    DailySales.objects.filter(day=(NOW - timedelta(days=10)).date()).update(net_amount=7)

    refresh_rollups(tenant=in_acme, now=NOW, days=5)
    assert DailySales.objects.get(day=(NOW - timedelta(days=10)).date()).net_amount == 7

    refresh_rollups(tenant=in_acme, now=NOW)
    assert DailySales.objects.get(day=(NOW - timedelta(days=10)).date()).net_amount == 1000


def test_a_customer_of_long_ago_is_not_new_in_the_window(in_acme: Tenant) -> None:
    (mug,) = add_products(1)
    (anna,) = add_customers(1)
    add_order([mug], at=NOW - timedelta(days=100), customer=anna)
    add_order([mug], at=NOW, customer=anna)

    refresh_rollups(tenant=in_acme, now=NOW, days=3)

    assert sales_by_day()[NOW.date()][-2:] == (0, 1)


def test_the_hourly_run_computes_everything_again_after_an_import_of_old_orders(in_acme: Tenant) -> None:
    (mug,) = add_products(1)
    add_order([mug], at=NOW)
    assert refresh_recent(tenant=in_acme, now=NOW).first_day == NOW.date()
    add_order([mug], at=NOW - timedelta(days=400), amount=300)

    assert refresh_recent(tenant=in_acme, now=NOW).first_day == (NOW - timedelta(days=400)).date()
    assert refresh_recent(tenant=in_acme, now=NOW).first_day == (NOW - timedelta(days=39)).date()
    assert sum(row[4] for row in sales_by_day().values()) == 1300


def test_old_visits_go_but_their_days_stay(in_acme: Tenant) -> None:
    see("ann", Visit.VIEW, NOW - timedelta(days=91))
    see("ann", Visit.VIEW, NOW - timedelta(days=89))
    for age in (0, 1, 2, 3):
        VisitorSalt.objects.create(day=NOW.date() - timedelta(days=age), salt="x")

    refresh_rollups(tenant=in_acme, now=NOW)
    refresh_rollups(tenant=in_acme, now=NOW)

    assert Visit.objects.count() == 1
    assert DailyVisits.objects.get(day=NOW.date() - timedelta(days=91)).visitors_count == 1
    assert sorted(VisitorSalt.objects.values_list("day", flat=True)) == [NOW.date() - timedelta(days=1), NOW.date()]


def test_an_empty_store_is_refreshed_to_nothing(in_acme: Tenant) -> None:
    out = io.StringIO()

    run_refresh(tenant=in_acme, as_json=False, out=out)

    assert out.getvalue() == "Nothing to compute yet: no order and no visit.\n"
    assert RollupState.objects.exists()


def test_the_task_and_the_command_work_on_their_store_alone(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(acme):
        add_order(add_products(1), at=utc_now())
    out = io.StringIO()

    refresh.apply(headers={SCHEMA_HEADER: acme.schema_name}, throw=True)
    run_refresh(tenant=globex, as_json=True, out=out)

    with in_tenant(acme):
        assert DailySales.objects.get().orders_count == 1
    with in_tenant(globex):
        assert not DailySales.objects.exists()
    assert json.loads(out.getvalue())["orders_count"] == 0


def test_a_gift_card_counts_when_it_is_spent_and_not_when_it_is_sold(in_acme: Tenant) -> None:
    mug, card = add_products(2)
    both = add_order([mug, card], at=NOW, amount=1000, refunded_amount=1300)
    other = add_order(
        [mug, card], at=NOW, amount=400, currency="EUR", store_currency="USD", rate=2, store_total_amount=1200
    )
    only = add_order([card], at=NOW, amount=5000, refunded_amount=5000)
    OrderLine.objects.filter(product_id=card.pk).update(is_gift_card=True)
    for order, amount in ((both, 1000), (only, 5000)):  # what the cards' price that went back has closed
        sold = GiftCard.objects.create(
            code_hash=order.token, nonce=order.token, last4="0000", currency="USD", initial_amount=amount,
            balance_amount=0, order_token=order.token, language="en", created_at=NOW,
        )  # fmt: skip
        CreditEntry.objects.create(gift_card=sold, kind=EntryKind.CLOSED, amount=-amount, balance_amount=0,
                                   order_token=order.token, actor="tests", created_at=NOW)  # fmt: skip
    assert other.total_amount == 800

    refresh_rollups(tenant=in_acme, now=NOW)

    assert sales_by_day() == {NOW.date(): (3, 5, 1000 + 600, 300, 1300, 0, 0)}
    assert list(DailyProductSales.objects.values_list("product_id", "net_amount")) == [(mug.pk, 1600)]
