"""Buying an order's goods once more."""

from collections.abc import Callable

from django.test import Client

from core.tenancy import in_tenant
from storefront.carts.models import CartLine
from storefront.orders.models import OrderLine
from tenants.models import Tenant
from tests.storefront.goods import make_variant
from tests.storefront.reviews.shop import buy, make_customer


def test_what_can_be_had_goes_to_the_cart_and_the_rest_is_named(
    acme: Tenant, globex: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    with in_tenant(acme):
        mug, gone = make_variant(), make_variant("Kettle", stock=0)
        order = buy(make_customer(), mug.product)
        order.lines.update(variant=mug)
        OrderLine.objects.create(order=order, variant=gone, title="Kettle", unit_amount=1, quantity=1, total_amount=1)
    client = store_client(acme)
    assert client.post(f"/orders/{order.token}/again/")["Location"] == "/cart/"
    with in_tenant(acme):
        assert list(CartLine.objects.values_list("variant_id", "quantity")) == [(mug.pk, 1)]
    assert "Not to be had now: Kettle." in client.get("/cart/").content.decode()
    assert store_client(globex).post(f"/orders/{order.token}/again/").status_code == 404
