"""A customer who is erased while they buy: whoever comes second waits, and neither holds what the other one waits for."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from core.tenancy import in_public, in_tenant
from storefront.catalog.models import Product
from storefront.customers.models import Customer
from storefront.customers.services import erase_customer, record_purchase
from storefront.inventory.services import reserve
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.reviews.models import Review
from storefront.reviews.services import save_review
from tenants.archive.models import ArchivePolicy, Erasure
from tenants.models import Tenant
from tests.storefront.goods import make_variant
from tests.storefront.inventory.test_lock_order import wait_for_a_lock
from tests.storefront.reviews.shop import WORDS, buy, make_customer


@pytest.mark.parametrize("first", ["goods", "order", "another"])
def test_a_customer_who_buys_and_is_erased_at_once_waits_in_a_line(
    committed_store: Tenant, now: datetime, first: str
) -> None:
    with in_tenant(committed_store):
        maya, mug, tray = make_customer(), make_variant("Mug"), make_variant("Tray")
        order = buy(maya, mug.product, sent=True)
        save_review(customer_id=maya.pk, product_id=mug.product_id, language="en", now=now, **WORDS)
    is_held, may_go, troubles = threading.Event(), threading.Event(), list[str]()

    def shop() -> None:
        with transaction.atomic():
            if first == "order":
                lock_order(order.pk)
            else:
                lines = [((mug if first == "goods" else tray).pk, 1)]
                reserve(order_token="b" * 26, lines=lines, now=now, expires_at=now + timedelta(hours=1))
            if first == "another":
                save_review(customer_id=maya.pk, product_id=tray.product_id, language="en", now=now, **WORDS)
            is_held.set()
            assert may_go.wait(30)
            if first != "order":
                buy(maya, mug.product, number=1002, sent=True)
            record_purchase(customer_id=maya.pk, amount=1800, now=now)

    def leave() -> None:
        erase_customer(customer_id=maya.pk, now=now)

    def work(deed: Callable[[], None]) -> None:
        try:
            with in_tenant(committed_store):
                deed()
        except Exception as error:
            troubles.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[deed]) for deed in (shop, leave)]
    threads[0].start()
    assert is_held.wait(30), troubles
    threads[1].start()
    wait_for_a_lock()
    may_go.set()
    for thread in threads:
        thread.join(60)
    assert troubles == []
    with in_tenant(committed_store):
        nobody = Customer.objects.get()
        assert (nobody.name, nobody.orders_count, Review.objects.count()) == ("", 1, 0)
        assert set(Order.objects.values_list("note", flat=True)) == {""}
        assert list(Product.objects.values_list("reviews_count", flat=True)) == [0, 0]
    with in_public():
        lineages = ArchivePolicy.objects.filter(tenant_id=committed_store.pk).values("lineage")
        Erasure.objects.filter(lineage__in=lineages).delete()
