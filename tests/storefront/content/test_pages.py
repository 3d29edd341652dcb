from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.content.errors import RedirectRefused
from storefront.content.models import NewsletterConsent, Page, Post, Redirect
from storefront.content.selectors import find_consent
from storefront.content.services import PageDraft, add_redirect, follow_handle, furnish_pages, update_page
from storefront.content.services.newsletter import make_token
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


def test_first_pages_are_said_in_the_other_language_until_the_merchant_rewrites_them(
    acme: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    def read() -> BeautifulSoup:
        return BeautifulSoup(store_client(acme).get("/zh-hans/pages/returns/").content, "html.parser").find("article")

    assert "7 天" in read().get_text()
    with in_tenant(acme):
        page = Page.objects.get(handle="returns")
        draft = PageDraft(
            title=page.title, body_html=page.body_html, handle=page.handle, translations=dict(page.translations)
        )
        update_page(page_id=page.pk, draft=draft, now=MADE_AT)
    assert "7 天" in read().get_text()
    with in_tenant(acme):
        update_page(page_id=page.pk, draft=replace(draft, body_html="<p>90 days</p>"), now=MADE_AT)
    assert (read().h1.get_text(), "90 days" in read().get_text(), "7 天" in read().get_text()) == (
        "退换货",
        True,
        False,
    )


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


def test_the_blog_shows_what_is_published_with_its_picture_and_nothing_planned(
    acme: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    cover = {"path": "demo/mug.svg", "width": 800, "height": 1000, "alt": ""}
    words = {"created_at": MADE_AT, "updated_at": MADE_AT, "cover": cover}
    with in_tenant(acme):
        Post.objects.create(handle="first", title="First <b>", published_at=MADE_AT, body_html="<p>Text</p>", **words)
        Post.objects.create(handle="planned", title="Planned", published_at=MADE_AT + timedelta(days=36500), **words)
        Post.objects.create(handle="draft", title="Draft", **words)
    page = BeautifulSoup(store_client(acme).get("/blog/").content, "html.parser")
    assert [link.get_text() for link in page.select(".lead-post h2 a")] == ["First <b>"]
    assert page.select_one(".lead-post img")["src"] == "/media/demo/mug.svg"
    assert store_client(acme).get("/blog/first/").status_code == 200
    for path in ("/blog/planned/", "/blog/draft/", "/blog/tags/none/"):
        assert store_client(acme).get(path).status_code == 404
    assert store_client(acme).get("/blog/feed.xml").content.count(b"<entry>") == 1


def test_an_old_address_leads_to_the_new_one_in_one_step_and_never_in_a_circle(
    acme: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    with in_tenant(acme):
        add_redirect(from_path="/pages/a", to_path="/pages/b/", now=MADE_AT)
        add_redirect(from_path="/pages/b/", to_path="/pages/about/", now=MADE_AT)
        for old, new in (
            ("/pages/about/", "/pages/a/"),
            ("/dashboard/x/", "/"),
            ("/x/", "javascript:alert(1)"),
            ("x", "/"),
        ):
            with pytest.raises(RedirectRefused):
                add_redirect(from_path=old, to_path=new, now=MADE_AT)
        follow_handle(kind="product", old_handle="mug", new_handle="cup", now=MADE_AT)
        follow_handle(kind="product", old_handle="cup", new_handle="mug", now=MADE_AT)
        assert list(Redirect.objects.filter(from_path__startswith="/products").values_list("from_path", "to_path")) == [
            ("/products/cup/", "/products/mug/")
        ]
    for path in ("/pages/a/?x=1", "/pages/a?x=1", "/pages/b/?x=1"):
        answer = store_client(acme).get(path)
        assert (answer.status_code, answer["Location"]) == (301, "/pages/about/?x=1")
    assert store_client(acme).get("/pages/about/").status_code == 200


def test_a_newsletter_is_joined_by_the_mail_s_link_alone(
    acme: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    client = store_client(acme)
    assert client.post("/newsletter/", {"email": "Ann@Example.com", "source": "home"}).status_code == 200
    assert client.post("/newsletter/", {"email": "no address"}).status_code == 422
    with in_tenant(acme):
        assert find_consent("ann@example.com") == "asked"
        link = f"/newsletter/{make_token('ann@example.com')}/"
    client.get(link)
    with in_tenant(acme):
        assert find_consent("ann@example.com") == "asked"
    client.post(link, {"answer": "yes"})
    with in_tenant(acme):
        assert find_consent("ann@example.com") == "given"
    client.post(link, {"answer": "no"})
    with in_tenant(acme):
        assert find_consent("ann@example.com") == "taken_back"
        assert NewsletterConsent.objects.count() == 3
    assert client.get(f"{link[:-2]}x/").status_code == 404
