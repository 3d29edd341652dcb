"""What a customer allows, takes along, changes, or has deleted."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import storages
from django.test import Client

from core.clock import utc_now
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_public, in_tenant
from recsys.interactions.models import Interaction
from storefront.catalog.events import ProductViewed
from storefront.customers.models import Address, Consent, Customer, CustomerLoginLink, DataExport
from storefront.customers.services import make_export, register_customer, remove_old_exports, save_address
from storefront.customers.services.links import link_token
from storefront.customers.tasks import send_login_link
from storefront.orders.enums import FulfillmentStatus
from storefront.orders.models import Order
from tenants.archive.models import Erasure
from tenants.models import Tenant
from tests.storefront.customers.test_details import FACTS

EMAIL, PASSWORD = "maya@example.com", "two mugs and a kettle"
ClientOf = Callable[[Tenant], Client]


@pytest.fixture(autouse=True)
def _no_memory(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.PRIVATE_ROOT = tmp_path
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def maya(acme: Tenant, now: datetime) -> Customer:
    with in_tenant(acme):
        customer = register_customer(email=EMAIL, password=PASSWORD, name="Maya", language="en", now=now)
        save_address(customer_id=customer.pk, facts=FACTS, is_default=True)
        Order.objects.create(
            name="#1001", token="t" * 26, customer=customer, email=EMAIL, status="open", currency="USD",
            subtotal_amount=500, total_amount=500, fulfillment_status=FulfillmentStatus.FULFILLED, placed_at=now,
            shipping_address=FACTS, note="Ring twice",
        )  # fmt: skip
    return customer


@pytest.fixture
def client(acme: Tenant, maya: Customer, store_client: ClientOf) -> Client:
    client = store_client(acme)
    client.post("/account/login/", {"email": EMAIL, "password": PASSWORD})
    return client


def mailed_path(tenant: Tenant) -> str:
    with in_tenant(tenant):
        link = CustomerLoginLink.objects.order_by("-pk")[0]
    send_login_link.apply(kwargs={"link_id": link.pk}, headers={SCHEMA_HEADER: tenant.schema_name}).get()
    found = re.search(r"https?://[^/\s]+(/\S+/)", str(mail.outbox[-1].body))
    assert found is not None
    return found.group(1)


def test_a_yes_and_a_no_stand_in_the_ledger_with_their_words(acme: Tenant, client: Client) -> None:
    client.post("/account/privacy/consent/", {"kind": "marketing", "yes": "on"})
    client.post("/account/privacy/consent/", {"kind": "marketing", "yes": "on"})
    client.post("/account/privacy/consent/", {"kind": "marketing"})
    assert client.post("/account/privacy/consent/", {"kind": "everything"}).status_code == 404
    with in_tenant(acme):
        rows = list(Consent.objects.order_by("pk").values_list("kind", "is_given", "words", "place"))
    said = "Send me news and offers"
    assert rows == [("marketing", True, said, "account"), ("marketing", False, said, "account")]
    assert said in client.get("/account/privacy/").content.decode()


def test_without_suggestions_nothing_is_remembered_and_what_was_is_forgotten(
    acme: Tenant, maya: Customer, client: Client, now: datetime
) -> None:
    from core.events import publish

    with in_tenant(acme):
        publish(ProductViewed(customer_id=maya.pk, product_id=1, now=now))
        assert Interaction.objects.count() == 1
    client.post("/account/privacy/consent/", {"kind": "personal"})
    with in_tenant(acme):
        assert Interaction.objects.count() == 0
        publish(ProductViewed(customer_id=maya.pk, product_id=1, now=now))
        assert Interaction.objects.count() == 0


def test_a_copy_of_the_data_holds_what_every_part_keeps_and_only_its_owner_gets_it(
    acme: Tenant, maya: Customer, client: Client, store_client: ClientOf, now: datetime
) -> None:
    client.post("/account/privacy/data/")
    client.post("/account/privacy/data/")
    with in_tenant(acme):
        export = DataExport.objects.get()
        assert make_export(export_id=export.pk, now=utc_now())
        assert not make_export(export_id=export.pk, now=utc_now())
    address = f"/account/privacy/data/{export.pk}/"
    content = b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("data.html").decode()
    assert data["account"]["email"] == EMAIL
    assert data["addresses"][0]["line1"] == FACTS["line1"]
    assert data["orders"][0]["number"] == "#1001"
    assert {"sign_ins", "consents", "conversations", "looked_at"} <= set(data)
    assert FACTS["line1"] in page
    stranger = store_client(acme)
    assert stranger.get(address).status_code == 302
    with in_tenant(acme):
        register_customer(email="eve@example.com", password=PASSWORD, name="Eve", language="en", now=now)
    stranger.post("/account/login/", {"email": "eve@example.com", "password": PASSWORD})
    assert stranger.get(address).status_code == 404
    with in_tenant(acme):
        export.refresh_from_db()
        assert remove_old_exports(now=utc_now() + timedelta(days=8)) == 1
        assert not DataExport.objects.exists()


def test_hostile_words_stay_words_in_the_page_of_a_copy(acme: Tenant, maya: Customer, now: datetime) -> None:
    with in_tenant(acme):
        Customer.objects.filter(pk=maya.pk).update(name="</td><script>alert(1)</script>")
        export = DataExport.objects.create(
            customer=maya, language="en", created_at=now, expires_at=now + timedelta(days=7)
        )
        make_export(export_id=export.pk, now=now)
        export.refresh_from_db()
        with zipfile.ZipFile(storages["private"].open(export.path)) as archive:
            assert "<script>" not in archive.read("data.html").decode()


def test_a_new_address_counts_when_its_owner_presses_the_button(
    acme: Tenant, maya: Customer, client: Client, store_client: ClientOf
) -> None:
    assert client.post("/account/email/", {"email": "new@example.com"}).status_code == 302
    path = mailed_path(acme)
    assert mail.outbox[-1].to == ["new@example.com"]
    client.get(path)
    with in_tenant(acme):
        assert Customer.objects.get(pk=maya.pk).email == EMAIL
    other = store_client(acme)
    other.post("/account/login/", {"email": EMAIL, "password": PASSWORD})
    assert client.post(path).status_code == 302
    with in_tenant(acme):
        assert Customer.objects.get(pk=maya.pk).email == "new@example.com"
    assert other.get("/account/").status_code == 302


def test_asking_for_an_address_that_is_taken_reads_the_same_and_is_refused_at_the_end(
    acme: Tenant, maya: Customer, client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        register_customer(email="eve@example.com", password=PASSWORD, name="Eve", language="en", now=now)
    for email in ("eve@example.com", "nobody@example.com"):
        answer = client.post("/account/email/", {"email": email})
        assert (answer.status_code, answer["Location"]) == (302, "/account/details/")
    with in_tenant(acme):
        link = CustomerLoginLink.objects.get(email="eve@example.com")
    assert client.post(f"/account/email/{link_token(link.nonce, link.purpose)}/").status_code == 403


def test_a_browser_that_was_left_open_cannot_ask_for_another_address(acme: Tenant, client: Client) -> None:
    with in_tenant(acme):
        session = client.session
        session["customer_signed_in_at"] = 0
        session.save()
    assert client.post("/account/email/", {"email": "eve@example.com"})["Location"].startswith(
        "/account/login/?again=1"
    )
    with in_tenant(acme):
        assert not CustomerLoginLink.objects.exists()


def test_a_link_for_one_thing_does_no_other(acme: Tenant, maya: Customer, client: Client) -> None:
    client.post("/account/privacy/delete/")
    token = mailed_path(acme).strip("/").rsplit("/", 1)[-1]
    for page in ("link", "email"):
        assert client.post(f"/account/{page}/{token}/").status_code == 403
    with in_tenant(acme):
        assert Customer.objects.get(pk=maya.pk).erased_at is None


def test_whoever_leaves_is_nobody_and_the_books_stay(acme: Tenant, maya: Customer, client: Client) -> None:
    client.post("/account/privacy/delete/")
    path = mailed_path(acme)
    assert client.get(path).status_code == 200
    with in_tenant(acme):
        assert Customer.objects.get(pk=maya.pk).erased_at is None
    assert client.post(path).status_code == 200
    assert client.get("/account/").status_code == 302
    assert client.post("/account/login/", {"email": EMAIL, "password": PASSWORD}).status_code == 403
    with in_tenant(acme):
        order, nobody = Order.objects.get(), Customer.objects.get(pk=maya.pk)
        left = json.dumps([str(row) for model in (Order, Customer, Address) for row in model.objects.values()])
        assert (order.total_amount, order.customer_id, order.shipping_address) == (500, maya.pk, {"country": "US"})
        assert (nobody.name, nobody.password, Address.objects.count()) == ("", "", 0)
    assert not [word for word in (EMAIL, "Maya", FACTS["line1"], "Ring twice") if word in left]
    with in_public():
        assert Erasure.objects.count() == 1


def test_nobody_leaves_while_something_still_has_to_be_sent(acme: Tenant, maya: Customer, client: Client) -> None:
    with in_tenant(acme):
        Order.objects.update(fulfillment_status=FulfillmentStatus.UNFULFILLED)
    answer = client.post("/account/privacy/delete/")
    assert answer.status_code == 409
    assert "#1001" in answer.content.decode()
    with in_tenant(acme):
        assert not CustomerLoginLink.objects.exists()
