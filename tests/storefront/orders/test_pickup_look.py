"""What the merchant reads of an order that is picked up: it lies ready, then it was picked up; it was never sent."""

from datetime import datetime

from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.orders.models import Fulfillment
from storefront.orders.services import fulfill_order, mark_delivered
from tenants.models import Tenant
from tests.storefront.orders.making import make_order

PLACE = {"name": "Corner shop", "address": {"line1": "1 Pine St", "country": "US"}, "hours": "", "text": ""}


def test_list_head_and_customer_say_how_far_it_is(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now, pickup=PLACE)
    pages = (
        "/dashboard/orders/?view=all",
        f"/dashboard/orders/{order.pk}/",
        f"/dashboard/orders/of/{order.customer_id}/",
    )

    def said(page: str) -> set[str]:
        soup = BeautifulSoup(merchant_client.get(page).content, "html.parser")
        found = soup.select("table, h1") or [soup]
        words = " ".join(part.get_text(" ") for part in found)
        return {word for word in ("Unfulfilled", "Fulfilled", "Ready for pickup", "Picked up") if word in words}

    assert [said(page) for page in pages] == [{"Unfulfilled"}] * 3
    with in_tenant(acme):
        fulfill_order(order_id=order.pk, actor="ruth", now=now, notify=False)
    assert [said(page) for page in pages] == [{"Ready for pickup"}] * 3
    with in_tenant(acme):
        mark_delivered(fulfillment_id=Fulfillment.objects.get().pk, actor="ruth", now=now)
    assert [said(page) for page in pages] == [{"Picked up"}] * 3
