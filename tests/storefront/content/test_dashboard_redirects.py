"""The merchant's screens for old addresses."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.tenancy import in_tenant
from storefront.content.errors import RedirectRefused
from storefront.content.models import Redirect
from storefront.content.services import add_redirect, follow_handle, import_redirects
from tenants.models import Tenant
from tests.storefront.catalog.making import MADE_AT, statements
from tests.storefront.content.test_dashboard_pages import soup

LIST = "/dashboard/redirects/"


def table(text: str | bytes, name: str = "old.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text, content_type="text/csv")


def test_a_redirect_is_added_marked_found_and_deleted(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    assert "No old addresses yet" in merchant_client.get(LIST).content.decode()
    assert merchant_client.post(LIST, {"from_path": "/old/", "to_path": "/pages/about/"}).status_code == 302
    assert store_client(acme).get("/old/")["Location"] == "/pages/about/"
    circle = merchant_client.post(LIST, {"from_path": "/pages/about/", "to_path": "/old/"})
    assert circle.status_code == 422
    assert "in a circle" in soup(circle).find(id="id_to_path_error").get_text()
    assert soup(circle).find(id="id_from_path")["value"] == "/pages/about/"
    for wrong in ("javascript:alert(1)", "//evil.example", "http://plain.example/"):
        assert merchant_client.post(LIST, {"from_path": "/x/", "to_path": wrong}).status_code == 422
    with in_tenant(acme):
        follow_handle(kind="product", old_handle="mug", new_handle="cup", now=MADE_AT)
    rows = [row.get_text(" ") for row in soup(merchant_client.get(LIST)).select("tbody tr")]
    assert [("By renaming" in row, "By hand" in row) for row in rows] == [(False, True), (True, False)]
    assert len(soup(merchant_client.get(f"{LIST}?q=cup")).select("tbody tr")) == 1
    with in_tenant(acme):
        keys = list(Redirect.objects.values_list("pk", flat=True))
    merchant_client.post(f"{LIST}delete/", {"pick": [*map(str, keys), "²", "x"]})
    assert store_client(acme).get("/old/").status_code == 404


def test_a_file_is_written_and_what_is_wrong_in_it_is_named(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    text = "\ufeffold,new\n/a/,/b/\n/b/,/pages/about/\n/about/,/a/\n/pages/about/,/a/\nx,/\n/c/\n,\n/茶/,/products/\n"
    page = soup(merchant_client.post(f"{LIST}file/", {"file": table(text)}))
    assert "4 redirects are kept." in page.get_text()
    assert [row.find("td").get_text() for row in page.select("tbody tr")] == ["5", "6", "7"]
    for old in ("/a/", "/b/", "/about/"):
        assert store_client(acme).get(old)["Location"] == "/pages/about/", f"{old} leads there in one step"
    for wrong in (b"\x00\x01\xff", b"PK\x03\x04\x00", b"x" * 2_000_001, "a,b\n" * 5001):
        assert merchant_client.post(f"{LIST}file/", {"file": table(wrong)}).status_code == 422
    assert merchant_client.post(f"{LIST}file/", {}).status_code == 422


def test_a_file_goes_by_the_same_rules_as_one_redirect_after_the_other(in_acme: Tenant) -> None:
    rows = [
        ("/a/", "/b/"),
        ("/b/", "/c/"),
        ("/d/", "/a/"),
        ("/c/", "/d/"),
        ("/c/", "https://x.example/"),
        ("/a/", "/z/"),
    ]
    for old, new in rows:
        with suppress(RedirectRefused):
            add_redirect(from_path=old, to_path=new, now=MADE_AT)
    one_by_one = dict(Redirect.objects.values_list("from_path", "to_path"))
    assert len(one_by_one) == 4
    Redirect.objects.all().delete()
    import_redirects(text="\n".join(f"{old},{new}" for old, new in rows), now=MADE_AT)
    assert dict(Redirect.objects.values_list("from_path", "to_path")) == one_by_one


def test_a_file_of_thousands_asks_the_database_a_few_times(in_acme: Tenant) -> None:
    with statements() as asked:
        done = import_redirects(text="\n".join(f"/old-{n}/,/products/" for n in range(3000)), now=MADE_AT)
    assert done.written == 3000
    assert len([sql for sql in asked if "content_redirect" in sql]) <= 6


@pytest.mark.parametrize("path", [LIST, f"{LIST}file/"])
def test_redirects_are_the_merchant_s(acme: Tenant, store_client: Callable[[Tenant], Client], path: str) -> None:
    assert store_client(acme).get(path).status_code == 302
