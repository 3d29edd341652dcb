"""A customer's credit: given and taken by hand with a reason, and seen in their account."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.credits.models import CreditEntry, StoreCredit
from storefront.credits.services import WantedTender, adjust_store_credit, take_credit
from storefront.customers.models import Customer
from storefront.customers.services import register_customer
from tenants.models import Tenant

PASSWORD = "two mugs and a kettle"


@pytest.fixture
def maya(acme: Tenant, now: datetime) -> Customer:
    with in_tenant(acme):
        return register_customer(email="maya@example.com", password=PASSWORD, name="Maya", language="en", now=now)


def form_of(client: Client, address: str) -> dict[str, str]:
    once = re.search(r'name="once" value="([a-z0-9]{26})"', client.get(address).content.decode())
    assert once is not None
    return {"once": once[1], "way": "give", "amount": "12.50", "note": "Sorry for the <b>delay</b>"}


def test_credit_is_given_once_and_taken_never_below_nothing(
    acme: Tenant, merchant_client: Client, maya: Customer
) -> None:
    address = f"/dashboard/customers/{maya.pk}/credit/"
    form = form_of(merchant_client, address)
    for _twice in range(2):
        assert merchant_client.post(address, form).status_code == 302
    more = {**form_of(merchant_client, address), "way": "take", "amount": "20"}
    refused = merchant_client.post(address, more)
    assert refused.status_code == 422 and "A balance is between 0" in refused.content.decode()
    assert merchant_client.post(address, {**more, "amount": "2.50"}).status_code == 302
    for wrong in ({"amount": "0"}, {"amount": "x"}, {"note": ""}, {"way": "burn"}, {"once": "x"}):
        assert merchant_client.post(address, {**form_of(merchant_client, address), **wrong}).status_code == 422
    with in_tenant(acme):
        entries = list(CreditEntry.objects.order_by("pk").values_list("amount", "balance_amount", "note"))
        assert StoreCredit.objects.get().balance_amount == 1000
        assert CreditEntry.objects.exclude(actor__contains="@").count() == 0
    assert [entry[:2] for entry in entries] == [(1250, 1250), (-250, 1000)]
    page = merchant_client.get(address).content.decode()
    assert "Sorry for the &lt;b&gt;delay&lt;/b&gt;" in page and "+$12.50" in page and "$10.00" in page
    assert "$10.00" in merchant_client.get(f"/dashboard/customers/{maya.pk}/").content.decode()


def test_the_account_shows_what_there_is_and_how_it_came_and_went(
    acme: Tenant, store_client: Callable[[Tenant], Client], maya: Customer, now: datetime
) -> None:
    client = store_client(acme)
    assert client.get("/account/credit/").status_code == 302
    client.post("/account/login/", {"email": maya.email, "password": PASSWORD})
    assert "account/credit" not in client.get("/account/").content.decode()
    assert "No store credit" in client.get("/account/credit/").content.decode()
    with in_tenant(acme):
        credit = adjust_store_credit(
            customer_id=maya.pk,
            currency="USD",
            amount=2000,
            note="<i>Thank you</i>",
            actor="ruth@acme.example",
            now=now,
        )
        other = Customer.objects.create(email="nora@example.com", created_at=now)
        adjust_store_credit(customer_id=other.pk, currency="USD", amount=7700, actor="ruth", now=now)
        wanted = WantedTender(500, store_credit_id=credit.pk)
        take_credit(order_token="o" * 26, tenders=[wanted], currency="USD", actor="maya@example.com", now=now)
    assert "$15.00" in client.get("/account/").content.decode()
    page = client.get("/account/credit/").content.decode()
    for shown in ("$15.00", "+$20.00", "&lt;i&gt;Thank you&lt;/i&gt;", "Paid for an order", f"/orders/{'o' * 26}/"):
        assert shown in page
    for hidden in ("ruth", "$77.00", "<i>Thank"):
        assert hidden not in page
