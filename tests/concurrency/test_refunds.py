"""Orders whose money moves while others move too: what was spent is counted in full, and nobody waits in a ring."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from core.tenancy import in_tenant
from storefront.carts.services import Typed, enter_code
from storefront.catalog.locks import hold_products
from storefront.checkout.services import start_checkout
from storefront.credits.models import GiftCard, StoreCredit
from storefront.credits.services import WantedTender, adjust_store_credit, issue_card, take_credit
from storefront.customers.buyers import record_purchase
from storefront.customers.models import Customer
from storefront.documents.models import CreditNote
from storefront.documents.services import credit_canceled, issue_invoice
from storefront.inventory.models import Stock
from storefront.inventory.services import Part, set_parts
from storefront.orders.bulk import refresh_customer_totals
from storefront.orders.models import Order
from storefront.payments.services import RefundRequest, receive_payment, refund_order, send_refund
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.concurrency.together import meet
from tests.fixtures.people import sign_in
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, fill_cart, open_store
from tests.storefront.goods import make_variant


def buy(store: Tenant, goods: list[tuple[Any, int]], now: datetime, *, card: int = 0) -> Order:
    """Return a new order of Maya's whose money arrived by bank transfer, but for what a gift card paid."""
    cart = fill_cart(goods, now)
    if card:
        made = issue_card(amount=card, currency="USD", actor="ann", now=now)
        enter_code(cart=cart, text=made.code, who=Typed("203.0.113.7", None), now=now)
    order = start_checkout(tenant=store, cart=cart, details=BY_TRANSFER, now=now, base_url=BASE_URL).order
    return receive_payment(order_id=order.pk, actor="ann", now=now)


@pytest.mark.guard("totals-of-a-held-customer", found="spent")
def test_what_a_customer_spent_is_right_when_two_of_their_orders_move_at_once(
    committed_store: Tenant, now: datetime
) -> None:
    store = open_store(committed_store, now)
    with in_tenant(store):
        mug = make_variant("Mug", price=1000, stock=9)
        one, two = (buy(store, [(mug, 1)], now) for _order in range(2))
        paid = Customer.objects.get().spent_amount
        assert paid == one.total_amount + two.total_amount

    def give_back(order: Order, amount: int) -> None:
        asked = RefundRequest(adjustment_amount=amount)
        refund = refund_order(order_id=order.pk, asked=asked, actor="ann", now=now)
        send_refund(refund_id=refund.pk, now=now)

    meet(
        store,
        first=lambda: give_back(one, 100),
        then=lambda: None,
        other=lambda: give_back(two, 20),
    )
    with in_tenant(store):
        spent = Customer.objects.get().spent_amount
        assert spent == paid - 120, f"spent is {paid - spent} less"


@pytest.mark.parametrize("removes", [False, True])
def test_a_refund_and_a_checkout_of_the_set_that_the_goods_are_part_of_do_not_wait_in_a_ring(
    committed_store: Tenant, now: datetime, removes: bool
) -> None:
    """Whoever buys the set holds its product, the first by key, and then that of the part."""
    store = open_store(committed_store, now)
    with in_tenant(store):
        box, cup = make_variant("Box", stock=None), make_variant("Cup", price=1000, stock=9)
        set_parts(variant_id=box.pk, parts=[Part(cup.pk, 2)])
        assert box.product_id < cup.product_id
        order = buy(store, [(cup, 3)], now)
        counts = {order.lines.get().pk: 1}
    asked = RefundRequest(counts=counts, restocks=True, removes=removes)
    meet(
        store,
        first=lambda: hold_products(lambda: [box.product_id]),
        then=lambda: hold_products(lambda: [box.product_id, cup.product_id]),
        other=lambda: refund_order(order_id=order.pk, asked=asked, actor="ann", now=now),
    )
    with in_tenant(store):
        assert Stock.objects.get(variant=cup).on_hand_count == 7


@pytest.mark.parametrize("card", [0, 400])
def test_money_given_as_credit_and_a_checkout_that_spends_credit_do_not_wait_in_a_ring(
    committed_store: Tenant, now: datetime, card: int
) -> None:
    """Whoever pays with credit holds that, and then the customer who is counted."""
    store = open_store(committed_store, now)
    with in_tenant(store):
        order = buy(store, [(make_variant("Mug", price=1000, stock=9), 1)], now, card=card)
        maya = order.customer_id or 0
        credit = adjust_store_credit(customer_id=maya, currency="USD", amount=900, actor="ann", now=now)
        counts, total = {order.lines.get().pk: 1}, order.total_amount
    tenders = [WantedTender(900, store_credit_id=credit.pk)]
    words: dict[str, Any] = {"currency": "USD", "actor": "shopper", "now": now}
    asked = RefundRequest(counts=counts, delivery_amount=490, removes=True, as_credit=True)
    meet(
        store,
        first=lambda: take_credit(order_token="another", tenders=tenders, **words),
        then=lambda: record_purchase(customer_id=maya, amount=0, now=now),
        other=lambda: refund_order(order_id=order.pk, asked=asked, actor="ann", now=now),
    )
    with in_tenant(store):
        order.refresh_from_db()
        assert (order.status, order.credit_refunded_amount) == ("canceled", card)
        assert StoreCredit.objects.get().balance_amount == total - card
        assert list(GiftCard.objects.values_list("balance_amount", flat=True)) == ([card] if card else [])
        assert Customer.objects.get().spent_amount == 0


def test_papers_of_two_orders_of_one_customer_do_not_wait_in_a_ring(committed_store: Tenant, now: datetime) -> None:
    """Whoever counts what a customer spent has the paper's number before: else one holds the numbers, one the customer."""
    with in_tenant(committed_store):
        open_store(committed_store, now)
        mug = make_variant("Mug", price=1000, stock=5)
        paid = buy(committed_store, [(mug, 1)], now)
        cart = fill_cart([(mug, 1)], now)
        unpaid = start_checkout(
            tenant=committed_store, cart=cart, details=BY_TRANSFER, now=now, base_url=BASE_URL
        ).order
        for order in (paid, unpaid):
            issue_invoice(order_id=order.pk, actor="ann", now=now)
        refund = refund_order(order_id=paid.pk, asked=RefundRequest(adjustment_amount=100), actor="ann", now=now)
        assert paid.customer_id == unpaid.customer_id is not None
        customers = {unpaid.customer_id}
    meet(
        committed_store,
        first=lambda: credit_canceled(order_id=unpaid.pk, actor="ann", now=now),
        then=lambda: refresh_customer_totals(customer_ids=customers, currency="USD"),
        other=lambda: send_refund(refund_id=refund.pk, now=now),
    )
    with in_tenant(committed_store):
        assert sorted(CreditNote.objects.values_list("number", flat=True)) == ["CN-1", "CN-2"]


def test_the_refund_page_tries_again_and_then_says_that_others_are_in_the_way(
    committed_store: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(committed_store, now)
    with in_tenant(store):
        order = buy(store, [(make_variant("Mug", price=1000, stock=9), 1)], now)
    tries = 0

    def meet_a_deadlock(**_words: object) -> None:
        nonlocal tries
        tries += 1
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$")

    monkeypatch.setattr("storefront.payments.dashboard.refund.refund_order", meet_a_deadlock)
    owner = User.objects.get(email=f"{store.slug}@example.com")
    client = sign_in(Client(headers={"host": default_host(store.slug)}), store, owner)
    answer = client.post(
        f"/dashboard/orders/{order.pk}/refund/",
        {"do": "refund", "adjustment": "1.00", "seen": "100", "token": "t" * 26},
    )
    assert (answer.status_code, tries) == (409, 3)
    assert "Others are changing the same things at this very moment." in answer.content.decode()
