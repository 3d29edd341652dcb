"""Withdrawing from a contract: two steps without an account, confirmed with its time, offered where and while it must be."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from core.events import publish
from core.ids import new_token
from core.outbox.models import OutboxMessage
from core.tenancy import in_public, in_tenant
from storefront.customers.events import CustomerErased
from storefront.orders.models import OrderEvent
from storefront.orders.services import fulfill_order, mark_delivered
from storefront.returns.models import Withdrawal
from storefront.returns.selectors import find_withdrawal_end
from storefront.returns.services import finish_withdrawal, mail_confirmation, mail_notice, save_terms
from tenants.models import Tenant
from tests.storefront.orders.making import ADDRESS, make_order

GERMANY = {**ADDRESS, "city": "Hamburg", "province": "", "postcode": "20095", "country": "DE"}
CHINA = {**ADDRESS, "country": "CN"}
WITHDRAW = "/withdraw/"


@pytest.fixture
def shopper(acme: Tenant, store_client: Callable[[Tenant], Client]) -> Client:
    return store_client(acme)


def declaration(number: str, **changes: str) -> dict[str, str]:
    return {"name": "Maya Lindqvist", "order_number": number, "email": "maya@example.com", "words": "", **changes}


def test_two_steps_declare_once_and_are_confirmed_with_their_time(acme: Tenant, shopper: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now, shipping_address=GERMANY)
    page = shopper.get(f"/orders/{order.token}/").content.decode()
    assert f"/withdraw/?order={order.token}" in page
    assert "Withdraw from contract" in page
    first = shopper.get(WITHDRAW, {"order": order.token}).content.decode()
    assert 'value="maya@example.com"' in first
    second = shopper.post(WITHDRAW, {**declaration(order.name), "order": order.token})
    assert "Confirm withdrawal" in second.content.decode()
    with in_tenant(acme):
        assert not Withdrawal.objects.exists()  # showing it again declares nothing
    sent = {**declaration(order.name), "order": order.token, "token": new_token(), "do": "confirm"}
    for _ in range(2):
        assert shopper.post(WITHDRAW, sent).status_code == 302
    assert "Your withdrawal is here" in shopper.get(f"{WITHDRAW}done/").content.decode()
    with in_tenant(acme):
        made = Withdrawal.objects.get()
        assert made.order == order
        assert OrderEvent.objects.filter(order=order, type="withdrawal.declared").count() == 1
        tasks = set(OutboxMessage.objects.values_list("task", flat=True))
        assert {"storefront.returns.confirm", "storefront.returns.notice"} <= tasks
        assert [mail_confirmation(withdrawal_id=made.pk, now=now) for _ in range(2)] == [True, False]
        assert [mail_notice(withdrawal_id=made.pk, now=now) for _ in range(2)] == [True, False]
        assert find_withdrawal_end(order, now=now) is None
        minute = made.declared_at.strftime("%H:%M")
    confirmation, notice = mail.outbox
    assert confirmation.to == ["maya@example.com"]
    assert order.name in confirmation.body
    assert minute in confirmation.body
    assert "within 14 days" in notice.body


def test_a_declaration_counts_without_a_known_order_and_learns_nothing(
    acme: Tenant, shopper: Client, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        save_terms(offer="always", days=None)
        order = make_order(now)
    answers = []
    for number, email in (("#9999", "maya@example.com"), (order.name, "nora@example.com")):
        sent = {**declaration(number, email=email), "token": new_token(), "do": "confirm"}
        answers.append(shopper.post(WITHDRAW, sent).status_code)
    assert answers == [302, 302]
    with in_tenant(acme):
        assert list(Withdrawal.objects.values_list("order", flat=True)) == [None, None]
    page = merchant_client.get("/dashboard/orders/withdrawals/").content.decode()
    assert page.count("No such order") == 2
    with in_tenant(acme):
        first = Withdrawal.objects.order_by("pk")[0]
    merchant_client.post(f"/dashboard/orders/withdrawals/{first.pk}/done/")
    with in_tenant(acme):
        first.refresh_from_db()
        assert first.done_by == "acme@example.com"
        finish_withdrawal(withdrawal_id=first.pk, actor="somebody else", now=now)
        first.refresh_from_db()
        assert first.done_by == "acme@example.com"


def test_what_is_wrong_is_said_and_nothing_declared(acme: Tenant, shopper: Client) -> None:
    with in_tenant(acme):
        save_terms(offer="always", days=None)
    for wrong in ({"email": "no address"}, {"name": ""}, {"order_number": ""}, {"words": "x" * 1001}):
        answer = shopper.post(WITHDRAW, {**declaration("#1"), "token": new_token(), "do": "confirm", **wrong})
        assert answer.status_code == 422, wrong
    answer = shopper.post(WITHDRAW, {**declaration("<script>"), "words": "<b>all</b>"})
    assert "<b>all</b>" not in answer.content.decode()
    assert "&lt;script&gt;" in answer.content.decode()
    with in_tenant(acme):
        assert not Withdrawal.objects.exists()


def test_it_is_offered_where_the_law_asks_for_it_and_while_it_runs(in_acme: Tenant, now: datetime) -> None:
    home, german, chinese = (
        make_order(now + timedelta(seconds=number), shipping_address=address)
        for number, address in enumerate((ADDRESS, GERMANY, CHINA))
    )
    assert find_withdrawal_end(home, now=now) is None
    assert find_withdrawal_end(german, now=now) == now + timedelta(days=14)
    assert find_withdrawal_end(chinese, now=now) == now + timedelta(days=7)
    parcel = fulfill_order(order_id=german.pk, actor="ruth", now=now)
    german.refresh_from_db()
    later = now + timedelta(days=20)
    assert find_withdrawal_end(german, now=later) == now + timedelta(days=28)
    mark_delivered(fulfillment_id=parcel.pk, actor="ruth", now=now + timedelta(days=3))
    assert find_withdrawal_end(german, now=now + timedelta(days=16)) == now + timedelta(days=17)
    assert find_withdrawal_end(german, now=later) is None
    save_terms(offer="always", days=30)
    assert find_withdrawal_end(home, now=now) == now + timedelta(days=30)
    save_terms(offer="never", days=None)
    assert find_withdrawal_end(german, now=now) is None


def test_the_form_is_not_there_where_nobody_is_offered_it(acme: Tenant, shopper: Client) -> None:
    assert shopper.get(WITHDRAW).status_code == 404
    with in_public():
        Tenant.objects.filter(pk=acme.pk).update(country="DE")
    with in_tenant(acme):
        save_terms(offer="always", days=None)
    assert shopper.get(WITHDRAW).status_code == 200


def test_whoever_leaves_is_taken_out_of_what_they_declared(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    Withdrawal.objects.create(
        token=new_token(), order=order, order_number=order.name, name="Maya", email="maya@example.com", declared_at=now
    )
    publish(CustomerErased(customer_id=order.customer_id or 0, email="maya@example.com", now=now))
    kept = Withdrawal.objects.get()
    assert (kept.name, kept.email, kept.order_number) == ("", "", order.name)
