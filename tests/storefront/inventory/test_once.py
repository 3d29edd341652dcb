"""A form that changes a count by a difference counts once, however often it arrives."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts.selectors import find_user_by_email
from core.tenancy import in_public, in_tenant
from storefront.inventory.models import SentForm, Stock, StockMovement, Warehouse
from storefront.inventory.services import forget_sent_forms, save_warehouse
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.fixtures.people import sign_in
from tests.storefront.catalog.test_dashboard import soup
from tests.storefront.goods import make_variant


def once(client: Client, address: str) -> str:
    """Return the token that the page gives its forms."""
    return str(soup(client.get(address)).find("input", attrs={"name": "once"})["value"])


def test_two_posts_of_one_form_at_once_count_once_and_both_are_told_what_it_came_to(committed_store: Tenant) -> None:
    with in_tenant(committed_store):
        mug = make_variant("Mug", stock=9)
        here, shop = Warehouse.objects.get(), save_warehouse(warehouse_id=None, name="Shop", address={})
    with in_public():
        owner = find_user_by_email(f"{committed_store.slug}@example.com")
        assert owner is not None
        client = sign_in(Client(headers={"host": default_host(committed_store.slug)}), committed_store, owner)
    address = f"/dashboard/products/inventory/{mug.pk}/"
    adjusted = {"warehouse": here.pk, "delta": "-2", "reason": "damaged", "note": ""}
    moved = {"do": "move", "move-source": here.pk, "move-target": shop.pk, "move-count": "3", "move-note": ""}
    for sent in (adjusted, moved):
        token, barrier, told = once(client, address), threading.Barrier(4, timeout=60), []

        def send(form: dict[str, object], barrier: threading.Barrier, told: list[int]) -> None:
            browser = Client(headers={"host": default_host(committed_store.slug)})
            browser.cookies = client.cookies
            try:
                barrier.wait()
                told.append(browser.post(address, form).status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=send, args=({**sent, "once": token}, barrier, told)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert told == [302] * 4
    with in_tenant(committed_store):
        lying = dict(Stock.objects.filter(variant=mug).values_list("warehouse__name", "on_hand_count"))
        assert lying == {here.name: 4, "Shop": 3}
        assert StockMovement.objects.filter(reason__in=["damaged", "moved"]).count() == 3


def test_a_form_that_comes_back_with_other_numbers_is_asked_about(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        mug, place = make_variant("Mug", stock=9), Warehouse.objects.get().pk
    address = f"/dashboard/products/inventory/{mug.pk}/"
    form = {"warehouse": place, "delta": "1", "reason": "damaged", "note": "", "once": once(merchant_client, address)}
    assert merchant_client.post(address, form | {"delta": "-100"}).status_code == 422, "refused, so nothing is done"
    assert merchant_client.post(address, form).status_code == 302
    answer = merchant_client.post(address, form, follow=True)
    assert "Saved." in answer.content.decode()
    again = merchant_client.post(address, form | {"delta": "5"})
    assert again.status_code == 422 and "This form was sent already" in again.content.decode()
    page = soup(again)
    assert page.find(id="id_delta")["value"] == "5"
    fresh = page.find("input", attrs={"name": "once"})["value"]
    assert merchant_client.post(address, form | {"delta": "5", "once": fresh}).status_code == 302
    with in_tenant(acme):
        assert Stock.objects.get(variant=mug).on_hand_count == 15
        assert forget_sent_forms(now=now) == 0
        SentForm.objects.update(created_at=now - timedelta(days=8))
        assert forget_sent_forms(now=now) == 2


def test_the_list_counts_what_was_typed_once(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        mug = make_variant("Mug", stock=9)
    address = "/dashboard/products/inventory/"
    form = {f"was_{mug.pk}": "9", f"count_{mug.pk}": "12", "once": once(merchant_client, address)}
    for _time in range(2):
        assert "Saved 1 number." in merchant_client.post(address, form, follow=True).content.decode()
    with in_tenant(acme):
        assert Stock.objects.get(variant=mug).on_hand_count == 12


@pytest.mark.parametrize(("name", "typed"), [("count", "twelve"), ("count", "-4"), ("count", ""), ("low", "few")])
def test_a_list_that_is_refused_keeps_what_was_typed(
    acme: Tenant, merchant_client: Client, name: str, typed: str
) -> None:
    with in_tenant(acme):
        mug, pot = make_variant("Mug", stock=9), make_variant("Pot", stock=5)
    address = "/dashboard/products/inventory/"
    form = {f"was_{mug.pk}": "8", f"count_{mug.pk}": "11", f"was_{pot.pk}": "5", f"count_{pot.pk}": "5"}
    answer = merchant_client.post(address, {**form, f"{name}_{pot.pk}": typed, "once": once(merchant_client, address)})
    page = soup(answer)
    assert answer.status_code == 422
    assert "Nothing was saved." in page.select_one("[role=alert]").get_text()
    standing = {box["name"]: box["value"] for box in page.select("#inventory input[name][value]")}
    assert (standing[f"was_{mug.pk}"], standing[f"count_{mug.pk}"]) == ("8", "11")
    assert standing[f"{name}_{pot.pk}"] == typed
    assert [box["name"] for box in page.select("[aria-invalid]")] == [f"{name}_{pot.pk}"]
    with in_tenant(acme):
        assert not Stock.objects.exclude(on_hand_count__in=(9, 5)).exists()


def test_many_kinds_move_once(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        mug, pot = make_variant("Mug", stock=9), make_variant("Pot", stock=5)
        here, shop = Warehouse.objects.get(), save_warehouse(warehouse_id=None, name="Shop", address={})
    address = "/dashboard/products/inventory/move/"
    form = {"from": here.pk, "to": shop.pk, "shown": here.pk, "do": "move", "once": once(merchant_client, address)}
    form |= {f"units_{mug.pk}": "3", f"units_{pot.pk}": "2"}
    for _time in range(2):
        assert "Moved 2 kinds of goods to Shop." in merchant_client.post(address, form, follow=True).content.decode()
    with in_tenant(acme):
        lying = Stock.objects.filter(warehouse=shop).order_by("variant").values_list("on_hand_count", flat=True)
        assert list(lying) == [3, 2]
