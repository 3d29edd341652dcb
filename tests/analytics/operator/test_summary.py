"""The platform's numbers over all stores."""

from datetime import datetime, timedelta

from analytics.operator.selectors import platform_summary
from billing.plans.models import Plan, PlanPrice
from billing.subscriptions.models import Subscription
from tenants.models import Tenant


def contract(tenant: Tenant, *, now: datetime, status: str, interval: str = "month", currency: str = "USD",
             amount: int = 2900, ends: timedelta | None = None) -> Subscription:  # fmt: skip
    plan = Plan.objects.create(code=f"test-{tenant.slug}", names={"en": "Test"})
    price = PlanPrice.objects.create(plan=plan, currency=currency, interval=interval, amount=amount)
    Subscription.objects.filter(tenant=tenant).delete()
    return Subscription.objects.create(
        tenant=tenant,
        plan=plan,
        price=price,
        status=status,
        stripe_subscription_id=f"sub_{tenant.slug}",
        trial_ends_at=None if ends is None else now + ends,
        started_at=now,
        updated_at=now,
    )


def test_mrr_is_by_currency_and_a_year_counts_a_twelfth(acme: Tenant, globex: Tenant, now: datetime) -> None:
    contract(acme, now=now, status="active", interval="year", amount=34_800)
    contract(globex, now=now, status="past_due", currency="CNY", amount=19_900)

    summary = platform_summary(now)

    assert summary.mrr == {"CNY": 19_900, "USD": 2_900}
    assert (summary.past_due_count, summary.trials_ending_count) == (1, 0)
    assert summary.stores_by_subscription == {"active": 1, "past_due": 1}


def test_trials_earn_nothing_and_those_that_end_within_a_week_are_counted(
    acme: Tenant, globex: Tenant, now: datetime
) -> None:
    contract(acme, now=now, status="trialing", ends=timedelta(days=7))
    contract(globex, now=now, status="trialing", ends=timedelta(days=7, seconds=1))

    summary = platform_summary(now)

    assert (dict(summary.mrr), summary.trials_ending_count) == ({}, 1)


def test_stores_are_counted_by_state_and_deleted_ones_left_out(acme: Tenant, globex: Tenant, now: datetime) -> None:
    contract(globex, now=now, status="active")
    Tenant.objects.filter(pk=acme.pk).update(state="suspended")
    assert platform_summary(now).stores_by_state == {"ready": 1, "suspended": 1}

    Tenant.objects.filter(pk=globex.pk).update(state="deleted")
    summary = platform_summary(now)
    assert (summary.stores_by_state, summary.stores_count, dict(summary.mrr)) == ({"suspended": 1}, 1, {})


def test_a_demo_stores_plan_is_no_revenue(acme: Tenant, now: datetime) -> None:
    contract(acme, now=now, status="active")
    Tenant.objects.filter(pk=acme.pk).update(is_demo=True)

    assert dict(platform_summary(now).mrr) == {}
