"""One discount, many shoppers at the same moment: never one more than the limit (M4)."""

from datetime import datetime, timedelta

import pytest

from core.ids import new_token
from core.tenancy import in_tenant
from storefront.customers.buyers import find_or_create_buyer
from storefront.discounts.errors import DiscountGone
from storefront.discounts.models import DiscountCode, DiscountUse, Promotion
from storefront.discounts.services import WantedUse, give_back_uses, make_codes, take_uses
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.storefront.discounts.making import make_promotion

SHOPPERS = 50


def buyer(now: datetime, name: str = "maya") -> int:
    return find_or_create_buyer(email=f"{name}@example.com", name=name, language="en", country="US", now=now).pk


def take(store: Tenant, use: WantedUse, customer_id: int, now: datetime) -> str:
    with in_tenant(store):
        try:
            take_uses(order_token=new_token(), customer_id=customer_id, uses=[use], currency="USD", now=now)
        except DiscountGone:
            return "gone"
    return "taken"


@pytest.mark.guard("uses-in-one-statement", found="taken")
def test_fifty_at_once_for_a_code_that_works_once(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        promotion, customer_id = make_promotion(now, code=None), buyer(now)
        make_codes(promotion_id=promotion.pk, count=1, now=now)
        code = DiscountCode.objects.get()
    use = WantedUse(promotion.pk, 300, code.pk)
    ended = run_together(lambda: take(committed_store, use, customer_id, now), count=SHOPPERS)
    assert sorted(ended) == ["gone"] * (SHOPPERS - 1) + ["taken"]
    with in_tenant(committed_store):
        assert DiscountUse.objects.count() == 1
        assert DiscountCode.objects.get().used_count == Promotion.objects.get().used_count == 1


def test_fifty_at_once_for_a_limit_of_one_and_for_one_a_customer(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        in_all = make_promotion(now, limit_count=1)
        each = make_promotion(now, limit_per_customer=2)
        first = make_promotion(now, audience="first_order")
        maya, ben = buyer(now), buyer(now, "ben")
    for promotion, most in ((in_all, 1), (each, 2), (first, 1)):
        use = WantedUse(promotion.pk, 100)
        ended = run_together(lambda use=use: take(committed_store, use, maya, now), count=SHOPPERS)  # type: ignore[misc]
        assert sorted(ended) == ["gone"] * (SHOPPERS - most) + ["taken"] * most
    assert take(committed_store, WantedUse(each.pk, 100), ben, now) == "taken"
    assert take(committed_store, WantedUse(in_all.pk, 100), ben, now) == "gone"


def test_what_is_given_back_can_be_taken_again_and_only_once(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        promotion, customer_id, token = make_promotion(now, limit_count=1), buyer(now), new_token()
        use = WantedUse(promotion.pk, 100)
        take_uses(order_token=token, customer_id=customer_id, uses=[use], currency="USD", now=now)

    def give_back() -> int:
        with in_tenant(committed_store):
            return give_back_uses(order_token=token)

    assert sum(run_together(give_back, count=8)) == 1
    with in_tenant(committed_store):
        assert Promotion.objects.get().used_count == 0
    assert take(committed_store, use, customer_id, now) == "taken"


def test_opposite_orders_of_the_same_discounts_never_wait_in_a_ring(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        pair = [WantedUse(make_promotion(now).pk, 1), WantedUse(make_promotion(now).pk, 1)]
        customer_id = buyer(now)
    turns = iter([pair, pair[::-1]] * 8)

    def both() -> str:
        with in_tenant(committed_store):
            token, uses = new_token(), next(turns)
            take_uses(order_token=token, customer_id=customer_id, uses=uses, currency="USD", now=now)
            give_back_uses(order_token=token)
        return "done"

    assert run_together(both, count=16) == ["done"] * 16


@pytest.mark.parametrize("count", [500])
def test_five_hundred_codes_are_all_different_and_work_once(committed_store: Tenant, now: datetime, count: int) -> None:
    with in_tenant(committed_store):
        promotion = make_promotion(now, code=None, ends_at=now + timedelta(days=1))
        codes = make_codes(promotion_id=promotion.pk, count=count, prefix="spring", now=now)
        assert len(set(codes)) == count and all(code.startswith("SPRING") and len(code) == 14 for code in codes)
        assert DiscountCode.objects.filter(limit_count=1, used_count=0).count() == count
