"""The merchant's screens for pages."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from core.tenancy import in_tenant
from storefront.content.models import Page
from tenants.enums import Role
from tenants.models import Membership, Tenant, TenantEvent

LIST = "/dashboard/pages/"
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def sent(client: Client, path: str, form_id: str) -> dict[str, str]:
    """Return what the browser would send from a page's form."""
    values: dict[str, str] = {}
    for one in soup(client.get(path)).find("form", id=form_id).find_all(["input", "textarea", "select"]):
        name, kind = one.get("name"), one.get("type")
        if not name or kind in ("file", "submit") or (kind in ("checkbox", "radio") and not one.has_attr("checked")):
            continue
        if one.name == "select":
            chosen = one.find("option", selected=True) or one.find("option")
            values[name] = chosen["value"]
        else:
            values[name] = (
                one.get_text().removeprefix("\n")
                if one.name == "textarea"
                else one.get("value", "on" if kind == "checkbox" else "")
            )
    return values


def test_a_page_is_made_edited_renamed_hidden_previewed_and_deleted(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    assert merchant_client.post(f"{LIST}new/", {"title": " "}).status_code == 422
    made = merchant_client.post(
        f"{LIST}new/", {"title": "Care of enamel", "body": f"Wash by hand.\n\n{EVIL}", "state": "now"}
    )
    with in_tenant(acme):
        page = Page.objects.get(handle="care-of-enamel")
    assert made["Location"] == f"{LIST}{page.pk}/"
    assert "onerror" not in page.body_html
    assert "<script" not in page.body_html
    values = sent(merchant_client, f"{LIST}{page.pk}/", "page")
    assert merchant_client.post(f"{LIST}{page.pk}/", {**values, "handle": "about"}).status_code == 422
    assert merchant_client.post(f"{LIST}{page.pk}/", {**values, "handle": "care"}).status_code == 302
    assert store_client(acme).get("/pages/care-of-enamel/")["Location"] == "/pages/care/"
    merchant_client.post(f"{LIST}{page.pk}/show/", {"show": "0"})
    assert store_client(acme).get("/pages/care/").status_code == 404
    preview = merchant_client.get(f"{LIST}{page.pk}/preview/")
    assert "Shoppers do not see this page yet." in soup(preview).get_text()
    assert preview["Cache-Control"] == "private, no-store"
    assert merchant_client.post(f"{LIST}{page.pk}/delete/").status_code == 302
    assert merchant_client.get(f"{LIST}{page.pk}/").status_code == 404
    kinds = set(TenantEvent.objects.filter(tenant=acme).values_list("type", flat=True))
    assert {"dashboard_page_new", "dashboard_page", "dashboard_page_show", "dashboard_page_delete"} <= kinds


def test_a_page_is_said_in_each_language_of_the_store(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    with in_tenant(acme):
        page = Page.objects.get(handle="about")
    values = sent(merchant_client, f"{LIST}{page.pk}/", "page")
    said = {"zh-hans-title": "关于我们", "zh-hans-body_html": "一家小店"}
    merchant_client.post(f"{LIST}{page.pk}/", values | said)
    told = soup(store_client(acme).get("/zh-hans/pages/about/"))
    assert told.find("article").find("h1").get_text() == "关于我们"
    assert told.find("article").find("p").get_text() == "一家小店"
    assert soup(store_client(acme).get("/pages/about/")).find("h1").get_text() == "About us"
    with in_tenant(acme):
        Page.objects.filter(pk=page.pk).update(translations={"fr": {"title": "À propos"}})
    values = sent(merchant_client, f"{LIST}{page.pk}/", "page")
    merchant_client.post(f"{LIST}{page.pk}/", values | said)
    with in_tenant(acme):
        assert set(Page.objects.get(pk=page.pk).translations) == {"fr", "zh-hans"}


def test_what_shoppers_look_for_is_offered_until_it_is_there(acme: Tenant, merchant_client: Client) -> None:
    offered = soup(merchant_client.get(LIST)).select(".suggested a")
    assert [one["href"] for one in offered] == [f"{LIST}new/?like=contact", f"{LIST}new/?like=faq"]
    page = soup(merchant_client.get(f"{LIST}new/?like=faq"))
    assert page.find(id="id_title")["value"] == "Questions and answers"
    assert "square brackets" in page.get_text()
    assert soup(merchant_client.get(f"{LIST}new/?like=privacy")).find(id="id_title").get("value") is None
    merchant_client.post(f"{LIST}new/", sent(merchant_client, f"{LIST}new/?like=faq", "page"))
    assert len(soup(merchant_client.get(LIST)).select(".suggested a")) == 1
    with in_tenant(acme):
        Page.objects.all().delete()
    assert "Tell shoppers who you are" in merchant_client.get(LIST).content.decode()
    assert "No page matches" in merchant_client.get(f"{LIST}?q=zzz").content.decode()


@pytest.mark.parametrize(("role", "is_let_in"), [(Role.MARKETING, True), (Role.SUPPORT, False), (Role.ANALYST, False)])
def test_pages_are_for_those_who_may_change_content(
    acme: Tenant, merchant_client: Client, role: Role, is_let_in: bool
) -> None:
    Membership.objects.filter(tenant=acme).update(role=role)
    answer = merchant_client.get(LIST)
    assert (answer.status_code == 200) is is_let_in
    links = [link["href"] for link in soup(merchant_client.get("/dashboard/")).select("nav.side a")]
    assert (LIST in links) is is_let_in
