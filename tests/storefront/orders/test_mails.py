"""Mails about orders: to whom, in which language, and once."""

import threading
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from core.outbox.models import OutboxMessage
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.orders.enums import OrderSource, OrderStatus
from storefront.orders.models import Order, OrderEvent
from storefront.orders.services import fulfill_order, mail_confirmation
from storefront.orders.tasks import send_confirmation, send_new_order, send_shipped
from tenants.models import Tenant
from tests.storefront.orders.making import make_order


def run(task: object, tenant: Tenant, **kwargs: int) -> None:
    task.apply(kwargs=kwargs, headers={SCHEMA_HEADER: tenant.schema_name}).get()  # type: ignore[attr-defined]


def asked(name: str) -> int:
    return OutboxMessage.objects.filter(task=f"storefront.orders.{name}").count()


def test_a_paid_order_asks_for_both_mails_once(in_acme: Tenant, now: datetime) -> None:
    make_order(now)
    assert (asked("send_confirmation"), asked("send_new_order")) == (1, 1)


def test_an_order_whose_payment_is_arranged_is_confirmed_too(in_acme: Tenant, now: datetime) -> None:
    make_order(now, is_paid=False)
    assert (asked("send_confirmation"), asked("send_new_order")) == (1, 1)


def test_an_order_that_waits_at_the_payment_page_is_silent(in_acme: Tenant, now: datetime) -> None:
    make_order(now, status=OrderStatus.PENDING, is_paid=False)
    assert asked("send_confirmation") == 0


@pytest.mark.parametrize("source", [OrderSource.IMPORT, OrderSource.DEMO])
def test_orders_that_nobody_just_made_are_silent(in_acme: Tenant, now: datetime, source: str) -> None:
    make_order(now, source=source)
    assert (asked("send_confirmation"), asked("send_new_order")) == (0, 0)


def test_the_confirmation_goes_out_once_however_often_the_task_runs(acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
    for _ in range(3):
        run(send_confirmation, acme, order_id=order.pk)
    assert len(mail.outbox) == 1
    message = mail.outbox[0]
    assert message.subject == f"Order {order.name} is confirmed"
    assert message.to == ["maya@example.com"]
    assert message.from_email.startswith("Acme <")
    assert message.reply_to == [acme.contact_email]
    body = str(message.body)
    for words in ("Enamel mug × 2: $36.00", "Total: $170.00", "2214 NW Quimby Street", f"/orders/{order.token}/"):
        assert words in body
    html = str(message.alternatives[0][0])  # type: ignore[attr-defined]
    assert f"/orders/{order.token}/" in html
    assert "$170.00" in html
    with in_tenant(acme):
        assert OrderEvent.objects.get(order=order, key="mail.confirmation").data == {"to": "maya@example.com"}


def test_the_confirmation_is_in_the_orders_language_and_leads_there(acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now, language="zh-hans")
    run(send_confirmation, acme, order_id=order.pk)
    html = str(mail.outbox[0].alternatives[0][0])  # type: ignore[attr-defined]
    assert '<html lang="zh-Hans">' in html
    assert f"/zh-hans/orders/{order.token}/" in html


def test_the_merchant_hears_of_the_order_and_can_answer_the_shopper(acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
    for _ in range(2):
        run(send_new_order, acme, order_id=order.pk)
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [acme.contact_email]
    assert mail.outbox[0].reply_to == ["maya@example.com"]
    assert f"/dashboard/orders/{order.pk}/" in str(mail.outbox[0].body)
    assert "$170.00" in mail.outbox[0].subject


def test_each_parcel_is_announced_once_with_its_number(acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
        first, _second = order.lines.order_by("pk")
        parcels = [
            fulfill_order(
                order_id=order.pk, lines=lines, tracking_number=number, actor="ruth", now=now + timedelta(seconds=1)
            )
            for lines, number in (({first.pk: 2}, "1Z999AA10123456784"), (None, ""))
        ]
    for parcel in (*parcels, *parcels):
        run(send_shipped, acme, order_id=order.pk, fulfillment_id=parcel.pk)
    assert len(mail.outbox) == 2
    body = str(mail.outbox[0].body)
    assert "https://www.ups.com/track?tracknum=1Z999AA10123456784" in body
    assert "Enamel mug × 2" in body
    assert "Wool blanket" not in body


def test_when_the_mail_server_refuses_the_next_try_sends(
    in_acme: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_order(now)

    def refuse(*args: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        with pytest.raises(ConnectionRefusedError):
            mail_confirmation(order_id=order.pk, now=now)
    assert not OrderEvent.objects.filter(order=order, key="mail.confirmation").exists()
    assert mail_confirmation(order_id=order.pk, now=now) is True


def test_the_shopper_s_mails_name_the_goods_in_their_language_and_the_merchant_s_in_the_store_s(
    acme: Tenant, now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order(now, language="zh-hans")
        for line in order.lines.all():
            Product.objects.filter(pk=line.product_id).update(
                title=line.title, translations={"zh-hans": {"title": f"译 {line.title}"}}
            )
        blanket = order.lines.get(title="Wool blanket")
        Product.objects.filter(pk=blanket.product_id).update(title="Renamed since")
        fulfillment = fulfill_order(order_id=order.pk, actor="maria@example.com", now=now)
    run(send_confirmation, acme, order_id=order.pk)
    run(send_shipped, acme, order_id=order.pk, fulfillment_id=fulfillment.pk)
    run(send_new_order, acme, order_id=order.pk)
    confirmed, sent, told = (str(message.body) for message in mail.outbox)
    for body in (confirmed, sent):
        assert "译 Enamel mug × 2" in body
        assert "\nWool blanket × 1" in body, "what is called otherwise now stands as it was bought"
    assert "译" not in told
    assert f"订单 {order.name} 已发出" in sent, "a parcel with everything is the order, not a part of it"
    with in_tenant(acme):
        assert order.lines.filter(title="Enamel mug").exists(), "an order keeps the store's words"


def test_two_workers_with_the_same_task_send_one_mail(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        order = make_order(now)
    sent: list[bool] = []
    start = threading.Barrier(2)

    def worker() -> None:
        try:
            with in_tenant(committed_store):
                start.wait()
                sent.append(mail_confirmation(order_id=order.pk, now=now))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [False, True]
    assert len(mail.outbox) == 1


def test_an_order_without_an_address_gets_no_mail(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    Order.objects.filter(pk=order.pk).update(email="")
    assert mail_confirmation(order_id=order.pk, now=now) is False
