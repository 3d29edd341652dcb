"""What is typed is kept, what two people type is put together, and nobody's words are lost."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.catalog.models import Product, ProductEditing, ProductVariant
from storefront.catalog.services import edit_variants, update_product
from storefront.catalog.services.drafts import purge_drafts
from tenants.models import Tenant, TenantEvent
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product
from tests.storefront.catalog.test_dashboard import LIST, form_values, soup

MEI = "mei@example.com"


@pytest.fixture
def mug(acme: Tenant) -> Product:
    with in_tenant(acme):
        return make_product("Enamel mug", price=1800, stock=4, description_html="<p>Two coats</p>")


def opened(client: Client, address: str) -> dict[str, str]:
    """Return what the script of a page that is opened now sends beside the fields."""
    form = soup(client.get(address)).find("form", id="product")
    return {name: form.find("input", attrs={"name": name})["value"] for name in ("tab", "opened", "put_back")}


def type_and_leave(client: Client, address: str, values: dict[str, str]) -> None:
    """Keep a page's draft and close its tab."""
    assert client.post(f"{address}draft/", values | {"closed": "1"}).status_code == 204


def mei_saves(mug: Product, **columns: Any) -> None:
    """Let a colleague save the product's page."""
    now = utc_now()
    kept = {"title": mug.title, "handle": mug.handle, "status": mug.status, "description_html": mug.description_html}
    update_product(product_id=mug.pk, actor=MEI, now=now, **{**kept, **columns})
    ProductEditing.objects.update_or_create(
        product=mug, actor=MEI, defaults={"name": "Mei", "seen_at": now, "saved_at": now}
    )


def test_what_is_typed_comes_back_is_never_published_and_can_be_thrown_away(
    acme: Tenant, mug: Product, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    address = f"{LIST}{mug.pk}/"
    typed = form_values(merchant_client, mug.pk) | {"title": "大杯 <b>", "tags": "camp"}
    answer = merchant_client.post(f"{address}draft/", typed)
    assert soup(answer).find(attrs={"data-kept-at": re.compile("kept as a draft at")})
    type_and_leave(merchant_client, address, typed)
    page = soup(merchant_client.get(address))
    assert page.find(id="id_title")["value"] == "大杯 <b>"
    assert "were put back" in page.find(class_="restored").get_text()
    assert "Enamel mug" in store_client(acme).get("/products/enamel-mug/").content.decode()
    with in_tenant(acme):
        assert Product.objects.get(pk=mug.pk).title == "Enamel mug"
    merchant_client.post(f"{address}draft/", {"discard": "1"} | opened(merchant_client, address))
    page = soup(merchant_client.get(address))
    assert (page.find(id="id_title")["value"], page.find(class_="restored")) == ("Enamel mug", None)


def test_saving_ends_the_draft_and_what_comes_late_from_the_page_does_not_bring_it_back(
    acme: Tenant, mug: Product, merchant_client: Client
) -> None:
    address = f"{LIST}{mug.pk}/"
    late = form_values(merchant_client, mug.pk) | {"title": "Big m"} | opened(merchant_client, address)
    merchant_client.post(f"{address}draft/", late)
    assert merchant_client.post(address, late | {"title": "Big mug"}).status_code == 302
    merchant_client.post(f"{address}draft/", late)
    page = soup(merchant_client.get(address))
    assert (page.find(id="id_title")["value"], page.find(class_="restored")) == ("Big mug", None)
    after = merchant_client.post(f"{address}draft/", opened(merchant_client, address))
    assert "in another tab" not in after.content.decode(), "a page that was saved is left"


def test_what_two_tabs_of_one_person_hold_is_kept_for_each(acme: Tenant, mug: Product, merchant_client: Client) -> None:
    address = f"{LIST}{mug.pk}/"
    first, second = form_values(merchant_client, mug.pk), form_values(merchant_client, mug.pk)
    for values, title in ((first, "Typed first"), (second, "Typed second"), (first, "Typed first, longer")):
        answer = soup(merchant_client.post(f"{address}draft/", values | {"title": title}))
        assert answer.find(attrs={"data-kept-at": re.compile("kept as a draft at")}), title
    assert "You have this open in another tab. What you typed there until" in answer.get_text()
    with in_tenant(acme):
        kept = [row.typed["title"][1] for row in ProductEditing.objects.order_by("pk")]
    assert kept == ["Typed first, longer", "Typed second"]
    assert merchant_client.post(address, first | {"title": "Typed first, longer"}).status_code == 302
    answer = soup(merchant_client.post(f"{address}draft/", second | {"title": "Typed second"}))
    assert answer.find(attrs={"data-kept-at": re.compile("kept as a draft at")})
    assert "You saved this product in another tab at" in answer.get_text()
    page = soup(merchant_client.get(address))
    assert page.find(id="id_title")["value"] == "Typed first, longer", "what an open tab holds stays there"
    offer = page.find(attrs={"data-elsewhere": second["tab"]})["href"]
    taken = soup(merchant_client.get(offer))
    assert taken.find(id="id_title")["value"] == "Typed second" and taken.find(class_="restored")
    assert merchant_client.post(address, second | {"title": "Typed second"}).status_code == 422, "both changed it"


def test_a_draft_that_is_put_back_goes_on_where_it_is_put_back(
    acme: Tenant, mug: Product, merchant_client: Client
) -> None:
    address = f"{LIST}{mug.pk}/"
    left = form_values(merchant_client, mug.pk)
    type_and_leave(merchant_client, address, left | {"title": "Big m"})
    back = form_values(merchant_client, mug.pk)
    assert (back["title"], back["put_back"]) == ("Big m", left["tab"])
    answer = soup(merchant_client.post(f"{address}draft/", back | {"title": "Big mug"}))
    assert "in another tab" not in answer.get_text()
    with in_tenant(acme):
        assert [row.typed["title"][1] for row in ProductEditing.objects.exclude(typed={})] == ["Big mug"]
    assert merchant_client.post(address, back | {"title": "Big mug"}).status_code == 302
    assert soup(merchant_client.get(address)).find(class_="restored") is None


def test_ten_waiting_drafts_are_enough_and_no_more_is_said_to_be_kept(
    acme: Tenant, mug: Product, merchant_client: Client
) -> None:
    now = utc_now()
    with in_tenant(acme):
        for number in range(10):
            ProductEditing.objects.create(
                product=mug, actor="acme@example.com", tab=f"{number:026}", name="A", typed={"title": ["", "x"]},
                typed_at=now, seen_at=now - timedelta(hours=1),
            )  # fmt: skip
    values = form_values(merchant_client, mug.pk) | {"put_back": "", "title": "An eleventh"}
    answer = soup(merchant_client.post(f"{LIST}{mug.pk}/draft/", values))
    assert answer.find(attrs={"data-kept-at": re.compile("^kept")}) is None
    assert "What you type is not kept as a draft." in answer.get_text()


def test_a_new_product_has_a_draft_too(acme: Tenant, merchant_client: Client) -> None:
    address = f"{LIST}new/"
    page = soup(merchant_client.get(address))
    sent = {"was": page.find(attrs={"name": "was"})["value"], "title": "Tin stove", "price": "2"}
    sent |= opened(merchant_client, address)
    merchant_client.post(f"{address}draft/", sent)
    assert soup(merchant_client.get(address)).find(attrs={"data-elsewhere": sent["tab"]}), "the other tab is open"
    type_and_leave(merchant_client, address, sent)
    page = soup(merchant_client.get(address))
    assert (page.find(id="id_title")["value"], page.find(id="id_price")["value"]) == ("Tin stove", "2")
    assert page.find(class_="restored")
    with in_tenant(acme):
        assert not Product.objects.exists()
    merchant_client.post(address, {"title": "Tin stove", "price": "219.00"} | opened(merchant_client, address))
    assert soup(merchant_client.get(address)).find(id="id_title").get("value", "") == ""


def test_a_draft_of_one_person_is_not_shown_to_another(
    acme: Tenant, globex: Tenant, mug: Product, merchant_client: Client
) -> None:
    with in_tenant(acme):
        typed = {"title": ["Enamel mug", "Mei's own words"]}
        ProductEditing.objects.create(
            product=mug, actor=MEI, name="Mei", typed=typed, typed_at=MADE_AT, seen_at=MADE_AT
        )
    assert "Mei" not in merchant_client.get(f"{LIST}{mug.pk}/").content.decode()


def test_who_else_has_it_open_and_who_saved_it_since_is_said(
    acme: Tenant, mug: Product, merchant_client: Client
) -> None:
    address = f"{LIST}{mug.pk}/"
    mine = opened(merchant_client, address)
    lines = TenantEvent.objects.count()
    assert soup(merchant_client.post(f"{address}draft/", mine)).get_text(strip=True) == ""
    with in_tenant(acme):
        ProductEditing.objects.create(product=mug, actor=MEI, name="Mei", seen_at=utc_now())
    assert "Mei has this open." in soup(merchant_client.post(f"{address}draft/", mine)).get_text()
    with in_tenant(acme):
        mei_saves(mug)
    assert "Mei saved this product at" in soup(merchant_client.post(f"{address}draft/", mine)).get_text()
    assert TenantEvent.objects.count() == lines, "an open page is no deed"
    with in_tenant(acme):
        ProductEditing.objects.filter(actor=MEI).update(seen_at=utc_now() - timedelta(minutes=2), saved_at=None)
    assert soup(merchant_client.post(f"{address}draft/", mine)).get_text(strip=True) == ""


def test_what_only_one_of_two_people_changed_goes_by_whoever_changed_it(
    acme: Tenant, mug: Product, merchant_client: Client
) -> None:
    mine = form_values(merchant_client, mug.pk) | {"tags": "camp"}
    with in_tenant(acme):
        mei_saves(mug, title="Mei's mug")
        variant = mug.variants.get()
        edit_variants(edits={variant.pk: {"price_amount": 2500}}, actor=ACTOR, now=utc_now())
        ProductVariant.objects.filter(pk=variant.pk).update(available_count=1)  # three were sold meanwhile
    assert merchant_client.post(f"{LIST}{mug.pk}/", mine).status_code == 302
    with in_tenant(acme):
        mug.refresh_from_db()
        variant.refresh_from_db()
        assert (mug.title, mug.tags) == ("Mei's mug", ["camp"])
        assert (variant.price_amount, variant.available_count) == (2500, 1)


def test_where_both_changed_the_same_both_are_shown_and_the_second_save_decides(
    acme: Tenant, mug: Product, merchant_client: Client
) -> None:
    address = f"{LIST}{mug.pk}/"
    mine = form_values(merchant_client, mug.pk) | {"title": "My mug", "tags": "camp"}
    with in_tenant(acme):
        mei_saves(mug, title="Mei's <i>mug</i>")
    answer = merchant_client.post(address, mine)
    assert answer.status_code == 422
    page = soup(answer)
    shown = page.find(class_="clashes")
    assert [dd.get_text() for dd in shown.find_all("dd")] == ["My mug", "Mei's <i>mug</i>"]
    assert page.find(id="id_title")["value"] == "My mug"
    with in_tenant(acme):
        assert Product.objects.get(pk=mug.pk).title == "Mei's <i>mug</i>"
    again = mine | {"was": page.find(attrs={"name": "was"})["value"]}
    assert merchant_client.post(address, again).status_code == 302
    with in_tenant(acme):
        mug.refresh_from_db()
        assert (mug.title, mug.tags) == ("My mug", ["camp"])


def test_a_draft_that_somebody_saved_over_meanwhile_asks_too(
    acme: Tenant, mug: Product, merchant_client: Client
) -> None:
    address = f"{LIST}{mug.pk}/"
    typed = form_values(merchant_client, mug.pk) | {"title": "My mug"}
    type_and_leave(merchant_client, address, typed)
    with in_tenant(acme):
        mei_saves(mug, title="Mei's mug")
    back = form_values(merchant_client, mug.pk)
    assert (back["title"], json.loads(back["was"])["title"]) == ("My mug", "Enamel mug")
    assert merchant_client.post(address, back).status_code == 422


@pytest.mark.parametrize("was", ["", "[", "[1]", '{"title": 7}', '{"title": ["x"]}', "[" * 100_000])
def test_nonsense_about_what_was_there_is_no_reason_to_lose_words(
    acme: Tenant, mug: Product, merchant_client: Client, was: str
) -> None:
    values = form_values(merchant_client, mug.pk) | {"title": "Big mug", "was": was}
    assert merchant_client.post(f"{LIST}{mug.pk}/", values).status_code == 302
    with in_tenant(acme):
        assert Product.objects.get(pk=mug.pk).title == "Big mug"


def test_what_a_browser_makes_of_a_text_is_nobodys_change(acme: Tenant, mug: Product, merchant_client: Client) -> None:
    with in_tenant(acme):
        Product.objects.filter(pk=mug.pk).update(title="Enamel\nmug ", description_html="<p>a\rb</p>\r\n<p>c</p>\n")
    values = form_values(merchant_client, mug.pk)
    # A box of one line drops line ends, a larger one sends them as CR LF.
    sent = values | {"title": "Enamelmug ", "description": "a\r\nb\r\n\r\nc"}
    merchant_client.post(f"{LIST}{mug.pk}/draft/", sent)
    with in_tenant(acme):
        assert [row.typed for row in ProductEditing.objects.all()] == [{}]


def test_a_draft_without_end_is_not_kept(acme: Tenant, mug: Product, merchant_client: Client) -> None:
    values = form_values(merchant_client, mug.pk) | {"description": "x" * 500_000}
    answer = merchant_client.post(f"{LIST}{mug.pk}/draft/", values)
    assert "What you type is not kept as a draft." in answer.content.decode()
    with in_tenant(acme):
        assert not ProductEditing.objects.exclude(typed={}).exists()


def test_old_drafts_are_forgotten(acme: Tenant, mug: Product) -> None:
    now = utc_now()
    with in_tenant(acme):
        for actor, days, typed in (("a", 2, False), ("b", 2, True), ("c", 31, True)):
            at = now - timedelta(days=days)
            ProductEditing.objects.create(
                product=mug, actor=actor, name=actor, seen_at=at, typed_at=at if typed else None
            )
        assert purge_drafts(now=now) == 2
        assert ProductEditing.objects.get().actor == "b"
