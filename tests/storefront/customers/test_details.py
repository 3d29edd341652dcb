"""What customers keep about themselves: details and addresses, their own and nobody else's."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.customers.buyers import record_purchase
from storefront.customers.errors import AddressNotFound
from storefront.customers.models import Address, Customer
from storefront.customers.services import delete_address, find_or_create_customer, register_customer, save_address
from tenants.models import Tenant

ClientOf = Callable[[Tenant], Client]
PASSWORD = "two mugs and a kettle"
FACTS = {
    "name": "Maya Lindqvist",
    "company": "",
    "line1": "2214 NW Quimby Street",
    "line2": "",
    "postcode": "97210",
    "city": "Portland",
    "province": "OR",
    "country": "US",
    "phone": "",
}


@pytest.fixture
def maya(acme: Tenant, now: datetime) -> Customer:
    with in_tenant(acme):
        return register_customer(email="maya@example.com", password=PASSWORD, name="Maya", language="en", now=now)


@pytest.fixture
def client_of_maya(acme: Tenant, maya: Customer, store_client: ClientOf) -> Client:
    client = store_client(acme)
    client.post("/account/login/", {"email": maya.email, "password": PASSWORD})
    return client


def test_the_first_address_becomes_the_default_and_a_later_one_can_take_over(acme: Tenant, maya: Customer) -> None:
    with in_tenant(acme):
        first = save_address(customer_id=maya.pk, facts=FACTS, is_default=False)
        second = save_address(customer_id=maya.pk, facts={**FACTS, "city": "Salem"}, is_default=True)
        first.refresh_from_db()
        assert (first.is_default, second.is_default) == (False, True)
        delete_address(customer_id=maya.pk, address_id=second.pk)
        first.refresh_from_db()
    assert first.is_default


def test_somebody_elses_address_cannot_be_changed_or_removed(acme: Tenant, maya: Customer, now: datetime) -> None:
    with in_tenant(acme):
        other = find_or_create_customer(email="other@example.com", name="O", language="en", now=now)
        address = save_address(customer_id=other.pk, facts=FACTS, is_default=True)
        with pytest.raises(AddressNotFound):
            save_address(customer_id=maya.pk, address_id=address.pk, facts=FACTS, is_default=True)
        with pytest.raises(AddressNotFound):
            delete_address(customer_id=maya.pk, address_id=address.pk)


def test_addresses_are_added_changed_and_removed_on_their_pages(acme: Tenant, client_of_maya: Client) -> None:
    assert client_of_maya.post("/account/addresses/new/", {**FACTS, "line1": ""}).status_code == 422
    assert client_of_maya.post("/account/addresses/new/", FACTS).status_code == 302
    assert "2214 NW Quimby Street" in client_of_maya.get("/account/addresses/").content.decode()
    with in_tenant(acme):
        pk = Address.objects.get().pk
    client_of_maya.post(f"/account/addresses/{pk}/", {**FACTS, "city": "Salem"})
    with in_tenant(acme):
        assert Address.objects.get().city == "Salem"
    client_of_maya.post(f"/account/addresses/{pk}/", {"action": "remove"})
    assert client_of_maya.get(f"/account/addresses/{pk}/").status_code == 404


def test_details_are_saved(acme: Tenant, maya: Customer, client_of_maya: Client) -> None:
    facts = {"name": "Maya L", "phone": "+1 312", "language": "zh-hans"}
    assert client_of_maya.post("/account/details/", facts).status_code == 302
    with in_tenant(acme):
        maya.refresh_from_db()
    assert (maya.name, maya.phone, maya.language) == ("Maya L", "+1 312", "zh-hans")


@pytest.mark.parametrize(
    "path", ["/account/", "/account/orders/", "/account/details/", "/account/addresses/", "/account/addresses/new/"]
)
def test_strangers_are_sent_to_the_sign_in_page(acme: Tenant, store_client: ClientOf, path: str) -> None:
    response = store_client(acme).get(path)
    assert (response.status_code, response["Location"]) == (302, "/account/login/?next=" + path.replace("/", "%2F"))


def test_a_buyer_is_one_person_whatever_the_case_of_their_address(in_acme: Tenant, now: datetime) -> None:
    first = find_or_create_customer(email="Nora@Example.com", name="Nora", language="en", now=now)
    again = find_or_create_customer(email="nora@example.com ", name="", language="en", now=now)
    assert (first.pk, again.name) == (again.pk, "Nora")


def test_a_purchase_is_counted_in(in_acme: Tenant, now: datetime) -> None:
    customer = find_or_create_customer(email="nora@example.com", name="Nora", language="en", now=now)
    record_purchase(customer_id=customer.pk, amount=1200, now=now)
    record_purchase(customer_id=customer.pk, amount=300, now=now)
    customer.refresh_from_db()
    assert (customer.orders_count, customer.spent_amount, customer.last_order_at) == (2, 1500, now)
