"""Drafts of a store whose taxes Stripe counts: what is shown is what is ordered, and Stripe is asked once."""

from collections.abc import Callable
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.checkout.errors import TotalChanged
from storefront.drafts.models import Draft
from storefront.drafts.services import DraftFacts, save_draft
from storefront.orders.models import Order
from storefront.payments.services import open_account
from storefront.shipping.models import ShippingMethod
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.checkout.test_taxes import THERE, questions, use_stripe_tax
from tests.storefront.drafts.drafting import RUTH, again, by_hand, by_link, make_draft, total_of
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper
from tests.storefront.till import clock

__all__ = ["clock", "sandbox_server", "shopper"]
TAX = 253  # 9.375 % of two mugs with a tenth off and a tin, and none of delivery


@pytest.fixture
def acme_with_tax(acme: Tenant, shopper: Shopper, clock: datetime) -> Tenant:
    with in_tenant(acme):
        open_account(tenant=acme, now=clock)
        open_store(acme, clock)
        use_stripe_tax(acme, clock)
    return acme


def draft_there(now: datetime) -> Draft:
    mug, tin = make_variant("Enamel mug", price=1000, stock=9), make_variant("Tin", price=1000, stock=9)
    there = {"address": THERE.as_address(), "discount_points": 1000, "reason": "Old friend"}
    return make_draft([(mug, 2), (tin, 1)], now, method_id=ShippingMethod.objects.earliest("pk").pk, **there)


def test_by_its_link_the_total_that_was_shown_is_the_orders_and_stripe_is_asked_once(
    acme_with_tax: Tenant, shopper: Shopper, clock: datetime
) -> None:
    with in_tenant(acme_with_tax):
        draft = draft_there(clock)
        before = total_of(draft, clock)
        assert questions(shopper) == 0
        with pytest.raises(TotalChanged):
            by_link(acme_with_tax, draft, clock)
        assert total_of(again(draft), clock) == before + TAX
        order = by_link(acme_with_tax, again(draft), clock, way="bank_transfer").order
        assert (order.total_amount, order.tax_amount) == (before + TAX, TAX)
        assert order.total_amount == order.subtotal_amount - order.discount_amount + order.shipping_amount + TAX
        assert sum(line.tax_amount for line in order.lines.all()) + order.shipping_tax_amount == TAX
    assert questions(shopper) == 1


def test_marked_as_paid_it_is_the_sum_that_the_merchant_saw_with_its_tax(
    acme_with_tax: Tenant, shopper: Shopper, clock: datetime
) -> None:
    with in_tenant(acme_with_tax):
        draft = draft_there(clock)
        before = total_of(draft, clock)
        with pytest.raises(TotalChanged):
            by_hand(acme_with_tax, draft, clock, expected_total=before)
        assert not Order.objects.exists()
        order = by_hand(acme_with_tax, again(draft), clock, expected_total=before + TAX)
        assert (order.total_amount, order.payment_status) == (before + TAX, "paid")
    assert questions(shopper) == 1


def test_a_draft_that_changed_is_asked_about_anew(acme_with_tax: Tenant, shopper: Shopper, clock: datetime) -> None:
    with in_tenant(acme_with_tax):
        draft = draft_there(clock)
        with pytest.raises(TotalChanged):
            by_link(acme_with_tax, draft, clock)
        lines = dict.fromkeys(draft.cart.lines.values_list("variant_id", flat=True), 1)
        known = {"email": draft.email, "name": draft.name, "address": draft.address, "method_id": draft.method_id}
        changed = save_draft(facts=DraftFacts(**known, lines=lines), actor=RUTH, now=clock, draft_id=draft.pk)
        without = total_of(changed, clock)
        with pytest.raises(TotalChanged):
            by_link(acme_with_tax, changed, clock)
        assert total_of(again(draft), clock) > without
    assert questions(shopper) == 2


def test_the_page_of_the_link_shows_the_tax_before_anything_is_charged(
    acme_with_tax: Tenant, store_client: Callable[[Tenant], Client], shopper: Shopper, clock: datetime
) -> None:
    with in_tenant(acme_with_tax):
        draft = draft_there(clock)
    visitor, path = store_client(acme_with_tax), f"/pay/{draft.token}/"

    def form(html: bytes) -> dict[str, str]:
        page = BeautifulSoup(html, "html.parser")
        sent = page.select("form input[type=hidden], form input[checked]")
        return {str(one["name"]): str(one.get("value", "")) for one in sent} | {"payment_method": "bank_transfer"}

    shown = visitor.get(path)
    assert "plus tax" in shown.content.decode() and questions(shopper) == 0
    refused = visitor.post(path, form(shown.content))
    assert refused.status_code == 409 and "The tax for your address is $2.53." in refused.content.decode()
    done = visitor.post(path, form(refused.content))
    assert done.status_code == 302
    assert questions(shopper) == 1
