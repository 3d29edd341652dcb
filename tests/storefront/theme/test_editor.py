"""The editor where two people or two languages meet, and the section of categories."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.catalog.models import Category
from storefront.catalog.services import create_category
from storefront.theme.errors import DraftChanged, LookRefused
from storefront.theme.look import check_settings, complete
from storefront.theme.models import ThemeVersion
from storefront.theme.sections.checks import check_sections, make_section
from storefront.theme.services import save_draft, write_published
from tenants.models import Tenant
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product
from tests.storefront.content.test_dashboard_pages import soup
from tests.storefront.theme.test_theme import PATH, form_of

StoreClient = Callable[[Tenant], Client]


def test_two_people_in_one_draft_are_told_and_nobody_writes_over_the_other_unasked(
    acme: Tenant, merchant_client: Client
) -> None:
    merchant_client.post(PATH, form_of(merchant_client))
    form = form_of(merchant_client)
    with in_tenant(acme):
        draft = ThemeVersion.objects.get(state="draft")
        save_draft(settings=draft.settings, sections=draft.sections, actor="anna@example.com", now=MADE_AT)
    mine = {**form, "look-announcement": "Mine"}
    kept = merchant_client.post(PATH, mine, headers={"X-Autosave": "1"})
    assert kept.status_code == 409
    assert kept.json()["changed"].startswith("anna@example.com changed this draft at ")
    page = merchant_client.post(PATH, mine)
    assert page.status_code == 409
    assert "anna@example.com changed this draft" in soup(page).find(id="changed").get_text()
    assert soup(page).find(id="f-look-announcement")["value"] == "Mine"
    with in_tenant(acme):
        assert ThemeVersion.objects.get(state="draft").settings["announcement"] != "Mine"
    assert merchant_client.post(PATH, {**mine, "over": "1"}).status_code == 302
    with in_tenant(acme):
        assert ThemeVersion.objects.get(state="draft").settings["announcement"] == "Mine"
    again = merchant_client.post(PATH, {**form_of(merchant_client)}, headers={"X-Autosave": "1"})
    assert again.json()["seen"] == form_of(merchant_client)["seen"], "one's own changes go on from each other"


def test_a_draft_that_nobody_else_touched_is_never_refused(in_acme: Tenant) -> None:
    look = complete({})
    save_draft(settings=look, sections=[], actor=ACTOR, now=MADE_AT, seen="")
    save_draft(settings=look, sections=[], actor=ACTOR, now=MADE_AT, seen="old")
    with pytest.raises(DraftChanged):
        save_draft(settings=look, sections=[], actor="anna@example.com", now=MADE_AT, seen="old")


def test_the_words_of_header_and_footer_are_said_in_each_language(
    acme: Tenant, merchant_client: Client, store_client: StoreClient
) -> None:
    merchant_client.post(
        PATH, {**form_of(merchant_client), "look-announcement": "Free delivery", "look-about": "Small"}
    )
    page = soup(merchant_client.get(f"{PATH}?language=zh-hans"))
    names = [one["name"] for one in page.select("[name^=look-]")]
    assert names == ["look-announcement", "look-about"]
    said = {"language": "zh-hans", "look-announcement": "免运费", "look-about": "小店"}
    assert merchant_client.post(PATH, said).status_code == 302
    too_long = merchant_client.post(PATH, {**said, "look-announcement": "x" * 201})
    assert too_long.status_code == 422
    merchant_client.post(f"{PATH}publish/")
    for prefix, offer, about in (("/zh-hans", "免运费", "小店"), ("", "Free delivery", "Small")):
        shown = soup(store_client(acme).get(f"{prefix}/"))
        assert shown.select_one("section.bar").get_text() == offer
        assert shown.select_one("footer p.pre").get_text() == about
    merchant_client.post(PATH, form_of(merchant_client))
    with in_tenant(acme):
        assert ThemeVersion.objects.get(state="draft").settings["translations"]["zh-hans"]["about"] == "小店"


def test_a_section_s_parts_are_said_in_each_language_and_first_words_say_themselves(
    acme: Tenant, merchant_client: Client, store_client: StoreClient
) -> None:
    def shown(prefix: str) -> list[str]:
        page = soup(store_client(acme).get(f"{prefix}/"))
        return [page.h1.get_text(), *(one.get_text() for one in page.select(".facts h3"))]

    greeting, *promises = shown("/zh-hans")
    assert greeting != shown("")[0]
    assert not any(re.search("[a-z]{4}", text) for text in promises)
    page = soup(merchant_client.get(f"{PATH}?language=zh-hans"))
    names = [one["name"] for one in page.select("[name*=-promises-]")]
    assert len(names) == 2 * len(promises)
    assert not any(name.endswith("-icon") for name in names)
    second = next(name for name in names if "-promises-1-title" in name)
    said = {"language": "zh-hans", **dict.fromkeys(names, ""), second: "三十天可退"}
    assert merchant_client.post(PATH, said).status_code == 302
    merchant_client.post(f"{PATH}publish/")
    assert shown("/zh-hans") == [greeting, promises[0], "三十天可退", *promises[2:]]
    assert "三十天可退" not in shown("")


@pytest.mark.parametrize("told", ["x", [{"icon": "truck"}], [{"title": 7}], [{}] * 5, ["x"]])
def test_words_of_parts_of_no_known_shape_are_refused(told: object) -> None:
    section = make_section("promises", {"promises": [{"icon": "truck", "title": "Fast", "text": ""}]})
    check_sections([{**section, "translations": {"zh-hans": {"promises": [{"title": "快"}]}}}])
    with pytest.raises(LookRefused):
        check_sections([{**section, "translations": {"zh-hans": {"promises": told}}}])


@pytest.mark.parametrize(
    "told", [[], {"zh-hans": []}, {"<b>": {}}, {"zh-hans": {"accent": "#000000"}}, {"zh-hans": {"about": 7}}]
)
def test_words_of_no_known_shape_are_refused_and_drawn_as_none(told: object) -> None:
    with pytest.raises(LookRefused):
        check_settings({"translations": told})
    assert "translations" not in complete({"translations": told})


def test_a_section_of_categories_shows_the_first_branches_in_the_reader_s_language(
    acme: Tenant, store_client: StoreClient
) -> None:
    with in_tenant(acme):
        make_product("Mug")
        for title in ("Tea", "Cups", "Hidden"):
            create_category(title=title, actor=ACTOR, now=MADE_AT)
        cups = Category.objects.get(title="Cups")
        create_category(title="Deep", parent_id=cups.pk, actor=ACTOR, now=MADE_AT)
        Category.objects.filter(title="Hidden").update(is_visible=False)
        Category.objects.filter(pk=cups.pk).update(translations={"zh-hans": {"title": "杯子"}})
        section = make_section("collections", {"title": "Start", "source": "categories"})
        write_published(settings=complete({}), sections=[section], actor="", now=MADE_AT)
    shown = [
        (one.get_text(strip=True)[-3:], one["href"]) for one in soup(store_client(acme).get("/")).select(".cats a")
    ]
    assert [href for _title, href in shown] == ["/categories/tea/", "/categories/cups/"]
    told = soup(store_client(acme).get("/zh-hans/")).select(".cats a")
    assert told[1].get_text(strip=True).endswith("杯子")


def test_the_former_address_of_the_editor_leads_to_it(merchant_client: Client) -> None:
    assert merchant_client.get("/dashboard/settings/theme/")["Location"] == PATH
