"""The merchant's pages of money: the sum is on the button before anything leaves."""

import re
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.orders.models import Order
from storefront.payments.models import Dispute, Payment, Refund
from storefront.payments.services import open_account
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.goods import make_variant
from tests.storefront.payments.paid import buy, on_hand
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]


@pytest.fixture
def clock() -> datetime:
    return utc_now().replace(microsecond=0)


@pytest.fixture
def order(acme: Tenant, shopper: Shopper, clock: datetime) -> Order:
    with in_tenant(acme):
        open_account(tenant=acme, now=clock)
        open_store(acme, clock)
        bought = buy(acme, shopper, [(make_variant("Mug", price=1800, stock=5), 2)], clock)[0]
        bought.line_id = bought.lines.get().pk  # type: ignore[attr-defined]
        return bought


def refunds(acme: Tenant) -> list[tuple[int, str, str]]:
    with in_tenant(acme):
        return list(Refund.objects.values_list("amount", "state", "reason"))


def words(order: Order, count: int = 1, **more: str) -> dict[str, str]:
    return {f"line-{order.line_id}": str(count), "token": "f" * 26, "restocks": "on", **more}


def test_the_sum_the_card_and_the_fee_stand_there_before_the_button_is_pressed(
    merchant_client: Client, acme: Tenant, order: Order
) -> None:
    page = merchant_client.post(f"/dashboard/orders/{order.pk}/refund/", words(order))
    text = page.content.decode()
    assert page.status_code == 200
    for said in ("Refund $18.00", "Visa •4242", "The fee of $1.49 is not returned", 'name="seen" value="1800"'):
        assert said in text, said
    assert refunds(acme) == []


def test_pressing_the_button_gives_back_once_and_says_so(merchant_client: Client, acme: Tenant, order: Order) -> None:
    sent = words(order, do="refund", seen="1800", reason="scratch")
    for _time in range(2):
        page = merchant_client.post(f"/dashboard/orders/{order.pk}/refund/", sent, follow=True)
        assert "$18.00 is on its way to Visa •4242." in page.content.decode()
    assert refunds(acme) == [(1800, "succeeded", "scratch")]
    with in_tenant(acme):
        assert on_hand() == [4]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seen": "1799"}, "another sum now"),
        ({"seen": "1800", "count": 3}, "less than or equal to 2"),
        ({"seen": "1800", "adjustment": "1e3"}, "is not an amount"),
        ({"seen": "1800", "delivery": "-1"}, "cannot be below zero"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_leaves(
    merchant_client: Client, acme: Tenant, order: Order, changes: dict[str, str], said: str
) -> None:
    page = merchant_client.post(f"/dashboard/orders/{order.pk}/refund/", words(order, **changes, do="refund"))  # type: ignore[arg-type]
    assert page.status_code == 422
    assert said in page.content.decode()
    assert refunds(acme) == []


def test_choosing_everything_comes_to_all_that_is_left(merchant_client: Client, order: Order) -> None:
    page = merchant_client.post(f"/dashboard/orders/{order.pk}/refund/", words(order, 0, do="all"))
    assert re.search(rf'name="seen" value="{order.total_amount}"', page.content.decode())


def test_a_service_that_does_not_answer_leaves_a_promise_and_the_task_keeps_it(
    merchant_client: Client, acme: Tenant, order: Order, shopper: Shopper
) -> None:
    shopper.plant(kind="error_429", match={"method": "POST", "path": "/v1/refunds"}, times=5)
    sent = words(order, do="refund", seen="1800")
    page = merchant_client.post(f"/dashboard/orders/{order.pk}/refund/", sent, follow=True)
    assert "leaves as soon as it does" in page.content.decode()
    assert refunds(acme) == [(1800, "intent", "")]


def test_a_dispute_is_answered_with_a_file_on_its_page(
    merchant_client: Client, acme: Tenant, order: Order, shopper: Shopper, clock: datetime
) -> None:
    with in_tenant(acme):
        payment = Payment.objects.get()
        charge = shopper.server.world.store.all("charge", payment.account_id)[0]
        opened = shopper._control("POST", "disputes", {"charge": charge["id"], "reason": "product_not_received"})
        dispute = Dispute.objects.create(
            payment=payment, stripe_dispute_id=opened["id"], status="needs_response", reason="product_not_received",
            amount=opened["amount"], currency="USD", due_at=clock, created_at=clock, updated_at=clock,
        )  # fmt: skip
    address = f"/dashboard/orders/{order.pk}/disputes/{dispute.pk}/"
    assert "The customer says that nothing arrived." in merchant_client.get(address).content.decode()
    empty = merchant_client.post(address, {"text": "", "do": "send"})
    assert empty.status_code == 422
    file = SimpleUploadedFile("../../proof of delivery.pdf", b"%PDF-1.7")
    page = merchant_client.post(address, {"text": "losing_evidence", "file": file, "do": "send"}, follow=True)
    assert "Sent to the bank." in page.content.decode()
    with in_tenant(acme):
        dispute.refresh_from_db()
    assert (dispute.status, dispute.evidence_file) == ("lost", "proof of delivery.pdf")


def test_a_dispute_of_another_order_is_not_found(merchant_client: Client, order: Order) -> None:
    assert merchant_client.get(f"/dashboard/orders/{order.pk}/disputes/999/").status_code == 404
