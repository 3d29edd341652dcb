"""The merchant's screens for the blog, and how the shop shows its posts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.content.models import Post
from storefront.content.services.posts import tidy_tags
from tenants.models import Tenant
from tests.storefront.catalog.making import MADE_AT, picture_file
from tests.storefront.content.test_dashboard_pages import sent, soup

LIST = "/dashboard/blog/"


@pytest.fixture
def media_root(tmp_path: Path) -> Any:
    with override_settings(MEDIA_ROOT=tmp_path / "media", PRIVATE_ROOT=tmp_path / "private"):
        yield tmp_path / "media"


def test_a_post_is_drafted_previewed_published_renamed_and_deleted_with_its_picture(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client], media_root: Path
) -> None:
    assert "Tell what is behind your goods" in merchant_client.get(LIST).content.decode()
    values = sent(merchant_client, f"{LIST}new/", "post")
    assert (values["state"], bool(values["author_name"])) == ("draft", True)
    values |= {
        "title": "How a kettle is made",
        "body": "<p>Fire</p><script>alert(1)</script>",
        "tags": "Care, care，behind / it",
    }
    broken = SimpleUploadedFile("x.jpg", b"no picture", content_type="image/jpeg")
    refused = merchant_client.post(f"{LIST}new/", {**values, "cover": broken})
    assert refused.status_code == 422
    assert soup(refused).find(id="id_cover_error")
    with in_tenant(acme):
        assert not Post.objects.exists(), "a post without the picture that was meant is not kept"
    assert merchant_client.post(f"{LIST}new/", {**values, "cover": picture_file()}).status_code == 302
    with in_tenant(acme):
        post = Post.objects.get(handle="how-a-kettle-is-made")
    assert post.tags == ["care", "behind it"]
    assert "<script" not in post.body_html
    page = f"{LIST}{post.pk}/"
    assert store_client(acme).get("/blog/how-a-kettle-is-made/").status_code == 404
    assert "Shoppers do not see this post yet." in soup(merchant_client.get(f"{page}preview/")).get_text()
    values = sent(merchant_client, page, "post")
    merchant_client.post(page, {**values, "state": "now", "handle": "kettle", "cover_alt": "A kettle on the fire"})
    shop = store_client(acme)
    assert shop.get("/blog/how-a-kettle-is-made/")["Location"] == "/blog/kettle/"
    assert soup(shop.get("/blog/kettle/")).select_one("img.post-cover")["alt"] == "A kettle on the fire"
    with in_tenant(acme):
        shown_at = Post.objects.get().published_at
    merchant_client.post(page, {**sent(merchant_client, page, "post"), "title": "Kettles"})
    with in_tenant(acme):
        assert Post.objects.get().published_at == shown_at, "a post that is changed stays where it stands"
    assert merchant_client.post(f"{page}delete/").status_code == 302
    assert shop.get("/blog/kettle/").status_code == 404


def test_a_post_is_planned_and_said_in_each_language(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    values = sent(merchant_client, f"{LIST}new/", "post") | {"title": "Soon", "state": "later"}
    assert soup(merchant_client.post(f"{LIST}new/", values)).find(id="id_published_at_error")
    values |= {"published_at": "2099-01-02T10:00", "zh-hans-title": "即将", "zh-hans-excerpt": "一两句话"}
    assert merchant_client.post(f"{LIST}new/", values).status_code == 302
    with in_tenant(acme):
        post = Post.objects.get()
    assert post.published_at is not None
    assert post.published_at > utc_now()
    assert "Planned" in soup(merchant_client.get(LIST)).get_text()
    assert sent(merchant_client, f"{LIST}{post.pk}/", "post")["published_at"] == "2099-01-02T10:00"
    with in_tenant(acme):
        Post.objects.update(published_at=MADE_AT)
    told = soup(store_client(acme).get("/zh-hans/blog/")).select_one(".lead-post")
    assert (told.find("h2").get_text(), told.select_one("p.lead").get_text()) == ("即将", "一两句话")


@pytest.mark.parametrize(("count", "lead", "others"), [(0, 0, 0), (1, 1, 0), (2, 0, 2), (4, 1, 3)])
def test_the_blog_is_laid_out_for_none_one_and_many(
    acme: Tenant, store_client: Callable[[Tenant], Client], count: int, lead: int, others: int
) -> None:
    with in_tenant(acme):
        for number in range(count):
            Post.objects.create(
                handle=f"p{number}", title=f"P{number}", published_at=MADE_AT, created_at=MADE_AT, updated_at=MADE_AT
            )
    page = soup(store_client(acme).get("/blog/"))
    assert (len(page.select(".lead-post")), len(page.select(".posts li"))) == (lead, others)
    assert ("Nothing written yet" in page.get_text()) is (count == 0)


def test_an_address_of_the_blog_itself_is_no_post_s(acme: Tenant, merchant_client: Client) -> None:
    values = sent(merchant_client, f"{LIST}new/", "post") | {"title": "Tags"}
    assert merchant_client.post(f"{LIST}new/", values).status_code == 422
    assert tidy_tags(["..", "a/b", "x" * 99, "", "A/B"]) == ["a b", "x" * 40]
