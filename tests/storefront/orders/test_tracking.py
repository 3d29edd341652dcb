"""Looking for an order without an account: who knows number and address sees its way, and nobody learns anything else."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.orders.models import Order
from storefront.orders.services import fulfill_order, save_number_series
from storefront.orders.services.mailing import mail_order_link
from tenants.models import Tenant
from tests.storefront.orders.making import ADDRESS, make_order

TRACK = "/track/"
PHONE = "+1 (503) 555-0148"


@pytest.fixture
def acme_client(acme: Tenant, store_client: Callable[[Tenant], Client]) -> Client:
    return store_client(acme)


def make(now: datetime) -> Order:
    return make_order(now, shipping_address={**ADDRESS, "phone": PHONE})


def ask(client: Client, number: str, contact: str) -> int:
    return client.post(TRACK, {"number": number, "contact": contact}).status_code


def test_number_and_address_open_the_way_but_not_the_order(acme: Tenant, acme_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make(now)
        fulfill_order(order_id=order.pk, tracking_number="SF1234567890123", actor="ruth", now=now)
    assert acme_client.get(f"{TRACK}order/").status_code == 302
    assert ask(acme_client, f" {order.name} ", "MAYA@example.com") == 302
    page = acme_client.get(f"{TRACK}order/").content.decode()
    assert "SF1234567890123" in page
    assert "Enamel mug" in page
    for secret in (order.token, "Quimby", "maya@example.com", "555-0148", "$"):
        assert secret not in page.split("<main")[1].split("</main>")[0], secret


def test_the_phone_number_does_too_in_whatever_way_it_is_written(
    acme: Tenant, acme_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        save_number_series(prefix="AC-", suffix="-X", next_number=5000)
        order = make(now)
    assert order.name == "AC-5000-X"
    assert ask(acme_client, "5000", "503 555 0148") == 302
    assert ask(acme_client, "ac-5000-x", "5035550148") == 302
    assert ask(acme_client, "5000", "0148") == 422
    assert ask(acme_client, "5000", "5035550149") == 422


def test_a_wrong_number_and_a_wrong_address_are_answered_alike(
    acme: Tenant, acme_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order = make(now)
        hidden = make_order(now + timedelta(seconds=1), status="pending", is_paid=False)  # type: ignore[arg-type]
    answers = set()
    for number, contact in (
        (order.name, "nora@example.com"),
        ("#9999", "maya@example.com"),
        (hidden.name, "maya@example.com"),
    ):
        page = acme_client.post(TRACK, {"number": number, "contact": contact}).content.decode()
        body = page.split("<main")[1].split("</main>")[0]
        answers.add(body.replace(number, "N").replace(contact, "C").split('name="csrfmiddlewaretoken"')[0])
        assert "We found no order with this number and this address." in body
    assert len(answers) == 1


def test_guessing_ends_soon_and_counts_only_what_was_wrong(acme: Tenant, acme_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make(now)
    assert {ask(acme_client, order.name, "maya@example.com") for _ in range(25)} == {302}
    assert [ask(acme_client, order.name, f"a{n}@example.com") for n in range(11)] == [422] * 10 + [429]
    assert ask(acme_client, order.name, "maya@example.com") == 429  # the right answer is not told from a wrong one
    assert (
        ask(Client(headers={"host": "acme.localhost"}, REMOTE_ADDR="203.0.113.9"), order.name, "maya@example.com")
        == 429
    )


def test_the_orders_own_link_goes_to_its_buyer_alone(acme: Tenant, acme_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make(now)
    ask(acme_client, order.name, "503 555 0148")
    for _ in range(5):
        acme_client.post(f"{TRACK}order/link/")
    with in_tenant(acme):
        asked = list(OutboxMessage.objects.filter(task="storefront.orders.send_link"))
        assert len(asked) == 3
        assert [mail_order_link(now=now, **asked[0].kwargs) for _ in range(2)] == [True, False]
    assert [(each.to, order.token in each.body) for each in mail.outbox] == [(["maya@example.com"], True)]
    stranger = Client(headers={"host": "acme.localhost"})
    assert stranger.post(f"{TRACK}order/link/").status_code == 302
    with in_tenant(acme):
        assert OutboxMessage.objects.filter(task="storefront.orders.send_link").count() == 3
