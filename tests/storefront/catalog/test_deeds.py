"""What is done to one product from its page."""

from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.catalog.models import Product
from tenants.models import Tenant
from tests.storefront.catalog.making import make_product

LIST = "/dashboard/products/"


def test_a_product_is_copied_as_a_draft_and_put_away_with_an_undo(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        mug = make_product("Mug", sku="M-1")
    answer = merchant_client.post(f"{LIST}{mug.pk}/duplicate/")
    with in_tenant(acme):
        copy = Product.objects.exclude(pk=mug.pk).get()
        assert (copy.status, answer["Location"]) == ("draft", f"{LIST}{copy.pk}/")
    assert merchant_client.post(f"{LIST}{mug.pk}/archive/")["Location"] == LIST
    assert "Archived 1 product." in merchant_client.get(LIST).content.decode()
    assert merchant_client.post(f"{LIST}undo/")["Location"] == f"{LIST}{mug.pk}/"
    with in_tenant(acme):
        assert Product.objects.get(pk=mug.pk).status == "active"


def test_the_page_leads_to_its_neighbors_and_asks_before_it_deletes(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        first, mug, last = (make_product(title).pk for title in ("First", "Mug", "Last"))
    page = BeautifulSoup(merchant_client.get(f"{LIST}{mug}/").content, "html.parser")
    assert page.find("a", rel="prev")["href"] == f"{LIST}{first}/"
    assert page.find("a", rel="next")["href"] == f"{LIST}{last}/"
    asked = merchant_client.post(f"{LIST}bulk/", {"action": "delete", "pick": mug})
    assert "Deleted products do not come back." in asked.content.decode()
    with in_tenant(acme):
        assert Product.objects.filter(pk=mug).exists()
