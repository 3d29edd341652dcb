import io
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.tenancy import in_tenant
from storefront.catalog.models import Product, ProductImage, ProductVariant
from storefront.catalog.services import add_variant
from storefront.catalog.services.pictures import StoredPicture, keep_upload
from tenants.models import Tenant
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, picture_file

LIST = "/dashboard/products/"


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def form_values(client: Client, pk: int) -> dict[str, str]:
    """Return what the browser would send from a product's page."""
    form = soup(client.get(f"{LIST}{pk}/")).find("form", id="product")
    values = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = field.get("name"), field.get("type")
        if not name or kind in ("file", "submit") or (kind == "checkbox" and not field.has_attr("checked")):
            continue
        if field.name == "select":
            values[name] = field.find("option", selected=True)["value"]
        elif field.name == "textarea":
            values[name] = field.get_text().removeprefix("\n")
        else:
            values[name] = field.get("value", "on" if kind == "checkbox" else "")
    return values


@pytest.fixture
def mug(acme: Tenant) -> Product:
    with in_tenant(acme):
        return make_product(
            "Enamel mug", price=1800, stock=4, sku="M-1", description_html="<p>Two coats</p><p>of glass</p>"
        )


@pytest.mark.parametrize("path", [LIST, f"{LIST}new/", f"{LIST}1/", f"{LIST}bulk/", f"{LIST}undo/"])
def test_nobody_but_the_merchant_gets_in(acme: Tenant, store_client: Callable[[Tenant], Client], path: str) -> None:
    assert store_client(acme).get(path).status_code == 302
    assert store_client(acme).post(path).status_code == 302


def test_a_store_without_products_asks_for_the_first(merchant_client: Client) -> None:
    page = soup(merchant_client.get(LIST))
    assert page.find(class_="blank").find("h2").get_text() == "Add your first product"
    assert page.find(class_="blank").find("a", class_="p")["href"] == f"{LIST}new/"


def test_tabs_search_and_empty_result_say_what_they_are(acme: Tenant, mug: Product, merchant_client: Client) -> None:
    with in_tenant(acme):
        make_product("Draft kettle", status="draft")
        make_product("Gone", stock=0)
    counts = {link.get_text(" ", strip=True) for link in soup(merchant_client.get(LIST)).select(".views a")}
    assert counts == {
        *("All 3", "Active 2", "Low stock 1", "Sold out 1"),
        *("Needs attention 0", "Drafts 1", "Archived 0"),
    }
    for query, titles in (
        (("status", "draft"), ["Draft kettle"]),
        (("stock", "out"), ["Gone"]),
        (("q", "m-1"), ["Enamel mug"]),
    ):
        page = soup(merchant_client.get(LIST, dict([query])))
        assert [link.get_text() for link in page.select("a.go")] == titles
    none = soup(merchant_client.get(LIST, {"q": "zzz"}))
    assert "No products match" in none.get_text()
    assert "Drop “zzz” and show all" in none.get_text()


@pytest.mark.parametrize(
    "query",
    [
        "?page=abc",
        "?page=99",
        "?status=no&sort=no&rows=9999&category=x&price_from=1e9",
        "?q=%00",
        "?q=%25",
    ],
)
def test_a_nonsense_list_address_is_answered(mug: Product, merchant_client: Client, query: str) -> None:
    assert merchant_client.get(LIST + query).status_code == 200


def test_a_title_a_price_and_a_picture_make_a_live_product(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client], media_root: Path
) -> None:
    answer = merchant_client.post(
        f"{LIST}new/", {"title": "Tin stove", "price": "219.00", "quantity": "7", "pictures": picture_file()}
    )
    assert answer.status_code == 302
    with in_tenant(acme):
        product = Product.objects.get()
        assert (product.handle, product.min_price_amount, product.status) == ("tin-stove", 21900, "active")
        assert product.cover["path"].endswith("-800.webp")
    page = soup(merchant_client.get(answer["Location"]))
    assert "It is live." in page.get_text()
    assert page.find("a", class_="link", href="http://acme.localhost/products/tin-stove/")
    shop = store_client(acme)
    assert shop.get("/products/tin-stove/").status_code == 200
    picture = shop.get(f"/media/{product.cover['path']}")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": "", "price": "1"}, "title"),
        ({"title": "Mug", "price": ""}, "price"),
        ({"title": "Mug", "price": "1.999"}, "price"),
        ({"title": "Mug", "price": "12,50"}, "price"),
        ({"title": "Mug", "price": "-1"}, "price"),
        ({"title": "Mug", "price": "1e9"}, "price"),
        ({"title": "Mug", "price": "1", "quantity": "-1"}, "quantity"),
        ({"title": "Mug", "price": "1", "quantity": "1000000000"}, "quantity"),
        ({"title": "x" * 256, "price": "1"}, "title"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    acme: Tenant, merchant_client: Client, sent: dict[str, str], field: str
) -> None:
    answer = merchant_client.post(f"{LIST}new/", {**sent, "description": "Kept words"})
    page = soup(answer)
    assert answer.status_code == 422
    assert page.find(class_="form-errors").find("a", href=f"#id_{field}")
    assert page.find("textarea", id="id_description").get_text(strip=True) == "Kept words"
    with in_tenant(acme):
        assert Product.objects.count() == 0


def test_a_file_that_is_no_picture_is_named_and_nothing_is_kept(
    acme: Tenant, merchant_client: Client, media_root: Path
) -> None:
    fake = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    fake.name = "mug.png"
    answer = merchant_client.post(f"{LIST}new/", {"title": "Mug", "price": "1", "pictures": fake})
    assert answer.status_code == 422
    assert "not a picture we can read" in soup(answer).find(id="id_pictures_error").get_text()
    assert not [file for file in media_root.rglob("*") if file.is_file()]
    with in_tenant(acme):
        assert Product.objects.count() == 0


def test_saving_a_page_unchanged_changes_nothing(acme: Tenant, mug: Product, merchant_client: Client) -> None:
    with in_tenant(acme):
        before = Product.objects.filter(pk=mug.pk).values().get()
        variant = ProductVariant.objects.filter(product=mug).values().get()
    assert merchant_client.post(f"{LIST}{mug.pk}/", form_values(merchant_client, mug.pk)).status_code == 302
    with in_tenant(acme):
        after = Product.objects.filter(pk=mug.pk).values().get()
        assert {**after, "updated_at": None} == {**before, "updated_at": None}
        assert ProductVariant.objects.filter(product=mug).values().get() == variant


def test_everything_on_the_page_is_saved_at_once(acme: Tenant, mug: Product, merchant_client: Client) -> None:
    with in_tenant(acme):
        variant = ProductVariant.objects.get(product=mug)
    values = form_values(merchant_client, mug.pk) | {
        "title": "Big mug",
        "status": "draft",
        "handle": "big-mug",
        "tags": "camp, 大杯，red",
        "description": "One\n\nTwo & three",
        "seo_title": "Buy it",
        f"price_{variant.pk}": "20",
        f"compare_at_{variant.pk}": "25.50",
        f"sku_{variant.pk}": "B-1",
    }
    assert merchant_client.post(f"{LIST}{mug.pk}/", values).status_code == 302
    with in_tenant(acme):
        mug.refresh_from_db()
        variant.refresh_from_db()
    assert (mug.title, mug.status, mug.handle, mug.tags) == ("Big mug", "draft", "big-mug", ["camp", "大杯", "red"])
    assert mug.description_html == "<p>One</p><p>Two &amp; three</p>"
    assert (variant.price_amount, variant.compare_at_amount, variant.sku) == (2000, 2550, "B-1")
    assert (mug.min_price_amount, mug.compare_at_amount) == (2000, 2550)


def test_three_mistakes_are_three_links_and_nothing_is_written(
    acme: Tenant, mug: Product, merchant_client: Client
) -> None:
    with in_tenant(acme):
        make_product("Cup")
        variant = ProductVariant.objects.get(product=mug)
    values = form_values(merchant_client, mug.pk) | {
        "title": "",
        f"compare_at_{variant.pk}": "18.00",
        f"quantity_{variant.pk}": "many",
    }
    answer = merchant_client.post(f"{LIST}{mug.pk}/", values)
    links = [link["href"] for link in soup(answer).select(".form-errors a")]
    assert answer.status_code == 422
    assert links == ["#id_title", f"#id_compare_at_{variant.pk}", f"#id_quantity_{variant.pk}"]
    taken = merchant_client.post(f"{LIST}{mug.pk}/", form_values(merchant_client, mug.pk) | {"handle": "cup"})
    assert taken.status_code == 422
    assert "address of another product" in soup(taken).find(id="id_handle_error").get_text()
    with in_tenant(acme):
        assert Product.objects.get(pk=mug.pk).title == "Enamel mug"


def test_versions_are_added_edited_and_removed(acme: Tenant, mug: Product, merchant_client: Client) -> None:
    address = f"{LIST}{mug.pk}/"
    first = form_values(merchant_client, mug.pk) | {
        "new_names": "Color / Size",
        "new_values": "Red / S",
        "new_price": "18",
    }
    assert merchant_client.post(address, first).status_code == 302
    second = form_values(merchant_client, mug.pk) | {"new_values": "Red / L", "new_price": "21.00"}
    assert merchant_client.post(address, second).status_code == 302
    again = merchant_client.post(
        address, form_values(merchant_client, mug.pk) | {"new_values": "Red / L", "new_price": "1"}
    )
    assert again.status_code == 422
    with in_tenant(acme):
        rows = {row.title: row for row in ProductVariant.objects.filter(product=mug)}
        assert {title: row.price_amount for title, row in rows.items()} == {"Red / S": 1800, "Red / L": 2100}
    values = form_values(merchant_client, mug.pk) | {f"remove_{rows['Red / S'].pk}": "on"}
    assert merchant_client.post(address, values).status_code == 302
    with in_tenant(acme):
        assert [row.title for row in ProductVariant.objects.filter(product=mug)] == ["Red / L"]
        mug.refresh_from_db()
        assert (mug.min_price_amount, mug.variants_count) == (2100, 1)


def test_editing_versions_leaves_their_stock_rules_alone(acme: Tenant, mug: Product, merchant_client: Client) -> None:
    with in_tenant(acme):
        for color in ("Red", "Blue"):
            add_variant(
                product_id=mug.pk,
                option_names=["Color"],
                option_values=[color],
                price_amount=5,
                actor=ACTOR,
                now=MADE_AT,
            )
        ProductVariant.objects.filter(product=mug).update(tracks_stock=False, sells_when_out=True)
    merchant_client.post(f"{LIST}{mug.pk}/", form_values(merchant_client, mug.pk))
    with in_tenant(acme):
        assert set(ProductVariant.objects.filter(product=mug).values_list("tracks_stock", "sells_when_out")) == {
            (False, True)
        }


def test_pictures_are_added_described_moved_and_removed_by_buttons(
    acme: Tenant, mug: Product, merchant_client: Client, media_root: Path
) -> None:
    address = f"{LIST}{mug.pk}/"
    merchant_client.post(address, form_values(merchant_client, mug.pk) | {"pictures": [picture_file(), picture_file()]})
    with in_tenant(acme):
        first, second = ProductImage.objects.order_by("position")
    values = form_values(merchant_client, mug.pk) | {f"alt_{second.pk}": "From above", "do": f"left:{second.pk}"}
    assert merchant_client.post(address, values).status_code == 302
    with in_tenant(acme):
        assert list(ProductImage.objects.order_by("position").values_list("pk", "alt")) == [
            (second.pk, "From above"),
            (first.pk, ""),
        ]
    merchant_client.post(address, form_values(merchant_client, mug.pk) | {"do": f"remove:{second.pk}"})
    with in_tenant(acme):
        assert list(ProductImage.objects.values_list("pk", flat=True)) == [first.pk]


def test_pictures_are_made_before_the_product_is_held(
    acme: Tenant, mug: Product, merchant_client: Client, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making them takes seconds; whoever buys the product waits for whoever holds it."""
    made = []

    def make_slowly(file: IO[bytes]) -> StoredPicture:
        made.append(any("FOR NO KEY UPDATE" in each["sql"] for each in asked.captured_queries))
        return keep_upload(file)

    monkeypatch.setattr("storefront.catalog.services.editing.keep_upload", make_slowly)
    values = form_values(merchant_client, mug.pk) | {"pictures": [picture_file(), picture_file()]}
    with CaptureQueriesContext(connection) as asked:
        assert merchant_client.post(f"{LIST}{mug.pk}/", values).status_code == 302
    assert made == [False, False]
    assert any("FOR NO KEY UPDATE" in each["sql"] for each in asked.captured_queries)


def test_a_save_with_a_bad_picture_says_so_and_saves_nothing(
    acme: Tenant, mug: Product, merchant_client: Client, media_root: Path
) -> None:
    fake = SimpleUploadedFile("a.png", b"no picture", "image/png")
    values = form_values(merchant_client, mug.pk) | {"title": "Other", "pictures": [picture_file(), fake]}
    answer = merchant_client.post(f"{LIST}{mug.pk}/", values)
    assert answer.status_code == 422
    assert soup(answer).find(id="id_pictures_error")
    with in_tenant(acme):
        assert Product.objects.get(pk=mug.pk).title == "Enamel mug"
    assert not [file for file in media_root.rglob("*") if file.is_file()]


@pytest.mark.parametrize("do", ["remove:999", "explode:1", "left:abc", "remove:²", ":", "remove:" + "9" * 40])
def test_a_forged_picture_button_does_nothing(mug: Product, merchant_client: Client, do: str) -> None:
    assert (
        merchant_client.post(f"{LIST}{mug.pk}/", form_values(merchant_client, mug.pk) | {"do": do}).status_code == 302
    )


def test_a_product_of_another_store_is_not_there(acme: Tenant, globex: Tenant, merchant_client: Client) -> None:
    with in_tenant(globex):
        foreign = make_product("Theirs")
    with in_tenant(acme):
        assert not Product.objects.filter(pk=foreign.pk).exists()
    assert merchant_client.get(f"{LIST}{foreign.pk}/").status_code == 404
    assert merchant_client.post(f"{LIST}{foreign.pk}/", {"title": "Mine"}).status_code == 404


def test_a_bulk_action_says_what_it_did_and_can_be_undone_once(
    acme: Tenant, mug: Product, merchant_client: Client
) -> None:
    with in_tenant(acme):
        draft = make_product("Draft", status="draft")
    merchant_client.post(f"{LIST}bulk/", {"action": "archive", "pick": [str(mug.pk), str(draft.pk), "x", "²"]})
    page = soup(merchant_client.get(LIST))
    toast = page.find(class_="toast")
    assert "Archived 2 products." in toast.get_text()
    assert soup(merchant_client.get(LIST)).find(class_="toast") is None
    assert merchant_client.post(toast.find("form")["action"]).status_code == 302
    with in_tenant(acme):
        assert dict(Product.objects.values_list("pk", "status")) == {mug.pk: "active", draft.pk: "draft"}
    merchant_client.post(f"{LIST}undo/")


def test_all_that_match_means_those_of_the_tab_and_search(acme: Tenant, mug: Product, merchant_client: Client) -> None:
    with in_tenant(acme):
        for number in range(30):
            make_product(f"Kettle {number}", status="draft")
    merchant_client.post(f"{LIST}bulk/", {"action": "publish", "all": "1", "state": "status=draft&q=Kettle+1"})
    with in_tenant(acme):
        assert Product.objects.filter(title__startswith="Kettle", status="active").count() == 11
        assert Product.objects.filter(status="draft").count() == 19


def test_an_unknown_bulk_action_changes_nothing(acme: Tenant, mug: Product, merchant_client: Client) -> None:
    merchant_client.post(f"{LIST}bulk/", {"action": "delete", "pick": str(mug.pk)})
    with in_tenant(acme):
        assert Product.objects.get().status == "active"
