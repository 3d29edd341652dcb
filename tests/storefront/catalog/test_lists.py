"""The merchant's list: what its address says, its views, and what it costs."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.lists.models import SavedView
from core.tenancy import in_tenant
from storefront.catalog.models import Category, Product, ProductImage
from tenants.models import Tenant
from tests.storefront.catalog.making import make_product, statements

LIST = "/dashboard/products/"


def titles(client: Client, **query: object) -> list[str]:
    page = BeautifulSoup(client.get(LIST, query).content, "html.parser")
    return sorted(link.get_text() for link in page.select("a.go"))


@pytest.fixture
def goods(acme: Tenant) -> None:
    with in_tenant(acme):
        kitchen = Category.objects.add_root({"title": "Kitchen", "handle": "kitchen"})
        pots = Category.objects.add_child(kitchen, {"title": "Pots", "handle": "pots"})
        mug = make_product("Mug", price=1200, stock=3, vendor="Kiln", product_type="Cup", tags=["camp"])
        kettle = make_product("Kettle", price=6400, stock=80, vendor="Foundry")
        make_product("Stool", price=12900, stock=0)
        make_product("Apron", status="draft")
        Product.objects.filter(pk=mug.pk).update(
            category=kitchen, translations={"zh-hans": {"title": "杯"}}, cover={"path": "a-800.webp"}
        )
        Product.objects.filter(pk=kettle.pk).update(category=pots, issue_codes=["no_photo"])
        ProductImage.objects.create(
            product=kettle, kind="model", path="a-800.webp", model_path="a.glb", width=8, height=8
        )


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "draft"}, ["Apron"]),
        ({"status": "draft,active", "vendor": "kiln"}, ["Mug"]),
        ({"type": "CUP"}, ["Mug"]),
        ({"tag": "camp"}, ["Mug"]),
        ({"stock": "low"}, ["Mug"]),
        ({"stock": "out"}, ["Stool"]),
        ({"price_from": "20", "price_to": "100"}, ["Kettle"]),
        ({"photo": "yes"}, ["Mug"]),
        ({"model": "yes"}, ["Kettle"]),
        ({"language": "zh-hans", "status": "active"}, ["Kettle", "Stool"]),
        ({"attention": "1"}, ["Kettle"]),
    ],
)
def test_each_filter_finds_what_it_names(merchant_client: Client, query: dict[str, str], found: list[str]) -> None:
    assert titles(merchant_client, **query) == found


@pytest.mark.usefixtures("goods")
def test_a_category_holds_what_its_branches_hold(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        ids = dict(Category.objects.values_list("handle", "pk"))
    assert titles(merchant_client, category=ids["kitchen"]) == ["Kettle", "Mug"]
    assert titles(merchant_client, category=ids["pots"]) == ["Kettle"]
    assert titles(merchant_client, category=987654321) == []


@pytest.mark.usefixtures("goods")
def test_columns_order_and_rows_stand_in_the_address_and_a_chip_takes_its_filter_away(merchant_client: Client) -> None:
    query = {"status": "active", "sort": "-price", "rows": "50", "columns": ["price", "sku"], "density": "compact"}
    page = BeautifulSoup(merchant_client.get(LIST, query).content, "html.parser")
    assert [head.get_text() for head in page.select("thead th")][3:] == ["Price", "SKU"]
    assert [link.get_text() for link in page.select("a.go")] == ["Stool", "Kettle", "Mug"]
    assert page.select_one("th[aria-sort]").get_text() == "Price"
    assert "tight" in page.select_one("table.tbl")["class"]
    (chip,) = page.select(".chip a")
    assert chip["href"] == f"{LIST}?sort=-price&rows=50&columns=price%2Csku&density=compact"


@pytest.mark.usefixtures("goods")
def test_a_view_is_kept_for_oneself_or_for_all_and_can_be_dropped(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    answer = merchant_client.post(f"{LIST}views/", {"state": "stock=low&bad=1&sort=price", "label": " Order  soon "})
    assert answer["Location"] == f"{LIST}?stock=low&sort=price"
    with in_tenant(acme):
        view = SavedView.objects.get()
        assert (view.label, view.query, view.is_shared) == ("Order soon", "stock=low&sort=price", False)
        hidden = SavedView.objects.create(
            list="products", label="Theirs", query="", owner="other@example.com", created_at=view.created_at
        )
    page = BeautifulSoup(merchant_client.get(answer["Location"]).content, "html.parser")
    assert page.select_one(".views [aria-current]").get_text(strip=True) == "Order soon"
    assert "Theirs" not in page.get_text()
    assert merchant_client.post(f"{LIST}views/{hidden.pk}/delete/").status_code == 404
    merchant_client.post(f"{LIST}views/{view.pk}/delete/")
    with in_tenant(acme):
        assert list(SavedView.objects.all()) == [hidden]


@pytest.mark.usefixtures("goods")
def test_a_view_without_a_name_is_refused_and_the_list_stays(acme: Tenant, merchant_client: Client) -> None:
    answer = merchant_client.post(f"{LIST}views/", {"state": "stock=low", "label": " "}, follow=True)
    assert "Give the view a name." in answer.content.decode()
    with in_tenant(acme):
        assert not SavedView.objects.exists()


def test_a_full_page_costs_as_many_questions_as_a_short_one(acme: Tenant, merchant_client: Client) -> None:
    def count(rows: int) -> int:
        with in_tenant(acme):
            for number in range(rows):
                make_product(f"Mug {rows}-{number}", sku=f"M-{number}")
        with statements() as seen:
            merchant_client.get(LIST, {"columns": "status,stock,price,category,sku,tags"})
        return len(seen)

    merchant_client.get(LIST)
    few = count(1)
    assert count(30) == few
