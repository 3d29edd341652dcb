from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.content.models import Page
from storefront.content.services import furnish_pages
from tenants.models import Tenant
from tests.storefront.catalog.making import MADE_AT

HANDLES = ["about", "delivery", "returns", "privacy"]


def test_a_new_store_has_its_pages_in_its_own_language(acme: Tenant, globex: Tenant) -> None:
    for tenant, title, words in ((acme, "Returns", "30 days"), (globex, "退换货", "7 天")):
        with in_tenant(tenant):
            assert list(Page.objects.order_by("position").values_list("handle", flat=True)) == HANDLES
            page = Page.objects.get(handle="returns")
        assert page.title == title
        assert words in page.body_html
        assert "{" not in page.body_html
        assert tenant.contact_email in page.body_html


def test_furnishing_again_keeps_what_the_merchant_wrote(in_acme: Tenant) -> None:
    Page.objects.filter(handle="about").update(body_html="<p>Mine</p>")
    furnish_pages(store_name="Acme", email="a@example.com", language="en", now=MADE_AT)
    assert Page.objects.get(handle="about").body_html == "<p>Mine</p>"
    assert Page.objects.count() == 4


def test_a_store_s_name_cannot_bring_markup_into_its_pages(in_acme: Tenant) -> None:
    Page.objects.all().delete()
    furnish_pages(store_name="<script>x</script>", email="a@example.com", language="en", now=MADE_AT)
    assert "<script>" not in Page.objects.get(handle="about").body_html


@pytest.mark.parametrize("handle", HANDLES)
def test_each_page_is_shown_and_linked_from_the_footer(
    acme: Tenant, store_client: Callable[[Tenant], Client], handle: str
) -> None:
    page = BeautifulSoup(store_client(acme).get(f"/pages/{handle}/").content, "html.parser")
    assert page.find("article").find("h1").get_text()
    assert page.find("footer").find("a", href=f"/pages/{handle}/")


def test_a_page_that_is_not_published_is_not_there(acme: Tenant, store_client: Callable[[Tenant], Client]) -> None:
    with in_tenant(acme):
        Page.objects.filter(handle="about").update(is_published=False)
    assert store_client(acme).get("/pages/about/").status_code == 404
