"""An order changed before it was sent: goods taken out against their money, the address corrected."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from core.tenancy import in_tenant
from storefront.amendments.errors import AddressRefused
from storefront.amendments.services import change_address
from storefront.catalog.models import Product
from storefront.checkout.errors import DetailsRefused
from storefront.inventory.models import Stock
from storefront.inventory.services import allocate, reserve
from storefront.orders.errors import NothingToFulfill, OrderStateRefused
from storefront.orders.models import Order, OrderEvent, OrderLine
from storefront.orders.services import cancel_order, fulfill_order
from storefront.orders.services.mailing import mail_shipped
from storefront.payments.models import Dispute
from storefront.payments.services import RefundRequest, refund_order
from storefront.payments.services.disputes import list_evidence
from tenants.models import Tenant
from tests.storefront.orders.making import ADDRESS, make_order

STREET = {**ADDRESS, "line1": "1 New Street", "province": "Oregon"}


def take_out(order: Order, now: datetime, *counts: int, **more: Any) -> Order:
    """Refund so many of each line, taking what was not sent out of the order."""
    keys = order.lines.order_by("pk").values_list("pk", flat=True)
    request = RefundRequest(counts=dict(zip(keys, counts, strict=False)), **{"removes": True, **more})
    refund_order(order_id=order.pk, asked=request, actor="ruth", now=now)
    order.refresh_from_db()
    return order


def left(order: Order) -> list[int]:
    return [line.left_count for line in order.lines.order_by("pk")]


def test_what_is_taken_out_does_not_wait_to_be_sent(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    assert left(take_out(order, now, 1, 0)) == [1, 1]
    mugs, _blanket = order.lines.order_by("pk")
    with pytest.raises(NothingToFulfill):
        fulfill_order(order_id=order.pk, lines={mugs.pk: 2}, actor="ruth", now=now)
    fulfill_order(order_id=order.pk, lines={mugs.pk: 1}, actor="ruth", now=now)
    order.refresh_from_db()
    assert order.fulfillment_status == "partly_fulfilled"
    assert left(take_out(order, now, 0, 1)) == [0, 0]
    assert (order.status, order.fulfillment_status) == ("open", "fulfilled")
    events = OrderEvent.objects.filter(order=order, type="order.items_removed").order_by("pk")
    assert [(event.actor, event.data["items_count"]) for event in events] == [("ruth", 1), ("ruth", 1)]


def test_units_that_were_sent_stay_sent_and_goodwill_takes_nothing_out(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    mugs, _blanket = order.lines.order_by("pk")
    fulfill_order(order_id=order.pk, lines={mugs.pk: 2}, actor="ruth", now=now)
    assert left(take_out(order, now, 2, 0)) == [0, 1]
    assert left(take_out(order, now, 0, 1, removes=False)) == [0, 1]
    assert not OrderEvent.objects.filter(order=order, type="order.items_removed").exists()


def test_an_order_of_which_nothing_is_left_is_called_off_and_its_sale_counted_out_once(
    in_acme: Tenant, now: datetime
) -> None:
    order = make_order(now)
    Product.objects.update(sold_count=9)
    take_out(order, now, 1, 1)
    assert order.status == "open"
    take_out(order, now, 1, 0, restocks=True)
    assert order.status == "canceled"
    assert sorted(Product.objects.values_list("sold_count", flat=True)) == [7, 8]
    event = OrderEvent.objects.get(order=order, type="order.canceled")
    assert event.data["reason"] == "reason:removed"
    with pytest.raises(OrderStateRefused):
        cancel_order(order_id=order.pk, actor="ruth", now=now)


def test_the_database_refuses_to_take_out_what_was_sent_or_never_bought(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    fulfill_order(order_id=order.pk, actor="ruth", now=now)
    for count in (1, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            OrderLine.objects.filter(order=order).update(removed_count=count)


def test_the_refund_page_asks_whether_what_was_not_sent_stays_in_the_order(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order(now)
        mugs, _blanket = order.lines.order_by("pk")
    path = f"/dashboard/orders/{order.pk}/refund/"
    assert "Take what was not sent yet out of the order" in merchant_client.get(path).content.decode()
    sent = {f"line-{mugs.pk}": "1", "removes": "on", "do": "refund", "seen": "1800"}
    assert merchant_client.post(path, sent).status_code == 302
    with in_tenant(acme):
        assert left(order) == [1, 1]
        fulfill_order(order_id=order.pk, actor="ruth", now=now)
    assert "Take what was not sent yet" not in merchant_client.get(path).content.decode()


def test_the_address_is_taken_as_checkout_takes_it_and_the_timeline_says_what_changed(
    in_acme: Tenant, now: datetime
) -> None:
    order = make_order(now)
    change_address(order_id=order.pk, typed={**STREET, "country": "DE", "name": "Nora"}, actor="ruth", now=now)
    order.refresh_from_db()
    assert order.shipping_address == {**STREET, "name": "Nora", "country": "US"}
    change_address(order_id=order.pk, typed={**STREET, "name": "Nora"}, actor="ruth", now=now)
    event = OrderEvent.objects.get(order=order, type="order.address_changed")
    assert (event.actor, event.data) == ("ruth", {"fields": ["name", "line1"]})
    assert "Nora" not in str(event.data)
    for wrong in ({"line1": ""}, {"postcode": "nonsense"}, {"city": "x" * 121}):
        with pytest.raises(DetailsRefused):
            change_address(order_id=order.pk, typed={**STREET, **wrong}, actor="ruth", now=now)
    Order.objects.filter(pk=order.pk).update(tax_amount=100, taxes_included=True)
    with pytest.raises(AddressRefused):
        change_address(order_id=order.pk, typed={**STREET, "province": "Washington"}, actor="ruth", now=now)
    fulfill_order(order_id=order.pk, actor="ruth", now=now)
    with pytest.raises(AddressRefused):
        change_address(order_id=order.pk, typed=STREET, actor="ruth", now=now)


def test_the_page_says_what_is_wrong_with_an_address_and_keeps_what_was_typed(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order(now)
    path = f"/dashboard/orders/{order.pk}/address/"
    assert path in merchant_client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert 'value="2214 NW Quimby Street"' in merchant_client.get(path).content.decode()
    answer = merchant_client.post(path, {**STREET, "line1": "<b>1</b>", "postcode": "x"})
    assert answer.status_code == 422
    assert "&lt;b&gt;1&lt;/b&gt;" in answer.content.decode()
    assert "five digits" in answer.content.decode()
    assert merchant_client.post(path, STREET).status_code == 302
    assert "1 New Street" in merchant_client.get(f"/dashboard/orders/{order.pk}/").content.decode()


def test_what_is_taken_out_and_not_sold_again_stays_away_when_the_rest_is_canceled(
    in_acme: Tenant, now: datetime
) -> None:
    for second, (restocks, back) in enumerate(((False, 1), (True, 2))):
        order = make_order(now + timedelta(seconds=second), goods=(("Enamel mug", 1800, 2),))
        mug = order.lines.get()
        reserve(order_token=order.token, lines=[(mug.variant_id or 0, 2)], now=now, expires_at=now)
        allocate(order_token=order.token, now=now, actor="shopper")
        shelf = Stock.objects.filter(variant=mug.variant_id)
        before = shelf.get().on_hand_count
        take_out(order, now, 1, restocks=restocks)
        cancel_order(order_id=order.pk, actor="ruth", now=now)
        assert shelf.get().on_hand_count == before + back


def test_mails_of_parcels_and_the_bank_do_not_hear_of_what_was_taken_out(in_acme: Tenant, now: datetime) -> None:
    order = take_out(make_order(now), now, 1, 1)
    fulfillment = fulfill_order(order_id=order.pk, actor="ruth", now=now)
    assert mail_shipped(order_id=order.pk, fulfillment_id=fulfillment.pk, now=now)
    (message,) = mail.outbox
    assert f"Order {order.name} has left." in message.body
    found = list_evidence(Dispute(payment=order.payments.get()))
    assert found["product_description"] == "1 × Enamel mug"
