import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core import mail
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st

from core.tenancy import in_public, in_tenant
from integrations.mail.services import send_mail
from storefront.catalog.models import Collection, Product
from storefront.theme.colors import contrast, mix, text_on
from storefront.theme.copies import sanitize_copy
from storefront.theme.errors import LookRefused, NothingToPublish
from storefront.theme.fields import fill
from storefront.theme.grounds import GROUNDS
from storefront.theme.look import FIELDS, check_settings, complete
from storefront.theme.models import ThemeSettings, ThemeVersion
from storefront.theme.paint import list_pairs, palette
from storefront.theme.presets import PRESETS
from storefront.theme.sections.checks import check_sections, make_section
from storefront.theme.sections.kinds import KINDS
from storefront.theme.selectors import list_versions
from storefront.theme.services import publish_draft, restore_version, write_published
from tenants.events import StoreCopied
from tenants.hosts import forget_hosts
from tenants.models import Tenant
from tests.storefront.catalog.making import MADE_AT, make_product, picture_file, statements

PATH = "/dashboard/theme/"
StoreClient = Callable[[Tenant], Client]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert (text_on("#0e5a61"), text_on("#ffe08a")) == ("#ffffff", "#1d1b18")


LOOKS = {name: fill(FIELDS, preset.settings) for name, preset in PRESETS.items()} | {
    f"editorial on {ground}": fill(FIELDS, {**PRESETS["editorial"].settings, "ground": ground})
    for ground in GROUNDS
    if ground != "night"
}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", LOOKS)
def test_every_pair_of_every_preset_reads(name: str, dark: bool) -> None:
    colors = palette(LOOKS[name], dark=dark)
    faults = [
        f"{front} on {behind}: {contrast(colors[front], colors[behind]):.2f}, needs {needed}"
        for front, behind, needed in list_pairs(colors)
        if contrast(colors[front], colors[behind]) < needed
    ]
    assert faults == []


@given(color=st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"), ground=st.sampled_from(sorted(GROUNDS)))
def test_a_color_that_is_refused_is_offered_as_one_that_is_taken(color: str, ground: str) -> None:
    look = complete({"ground": ground})
    for field in ("accent", "tint"):
        try:
            look = check_settings({**look, field: color})
        except LookRefused as error:
            if field not in error.better:
                continue
            look = check_settings({**look, field: error.better[field], **_other(error.better, field)})
        for dark in (False, True):
            colors = palette(look, dark=dark)
            assert [
                pair for *pair, least in list_pairs(colors) if contrast(colors[pair[0]], colors[pair[1]]) < least
            ] == []


def _other(better: dict[str, str], field: str) -> dict[str, str]:
    return {name: color for name, color in better.items() if name != field}


def test_a_refusal_names_the_color_the_ratio_and_a_way_out() -> None:
    with pytest.raises(LookRefused) as refused:
        check_settings({"accent": "#2fbf5f"})
    assert refused.value.errors["accent"].startswith("Text on this green is 2.")
    better = refused.value.better["accent"]
    assert better in refused.value.errors["accent"]
    assert check_settings({"accent": better})["accent"] == better


@pytest.mark.parametrize(
    "settings",
    [
        {"accent": "red"},
        {"accent": "#12345"},
        {"accent": "#0e5a61;}</style><script>alert(1)</script>"},
        {"accent": "#0e5a61\n"},
        {"ratio": "1/1}</style>"},
        {"display_face": "url(https://evil.example)"},
        {"logo": "../../secret.svg"},
        {"logo": "https://evil.example/x.png"},
        {"announcement": "x" * 201},
        {"announcement_link": "javascript:alert(1)"},
        {"announcement_link": "java\nscript:alert(1)"},
        {"announcement_link": "//evil.example"},
        {"announcement": ["a"]},
        {"tab_bar": "yes"},
        {"unknown": "1"},
        [],
        None,
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: Any) -> None:
    if settings == {"accent": "#0e5a61\n"}:
        assert check_settings(settings)["accent"] == "#0e5a61"
        return
    with pytest.raises(LookRefused):
        check_settings(settings)


GOOD = {"id": "abcd1234", "kind": "text", "is_hidden": False, "values": {"title": "A"}, "translations": {}}


@pytest.mark.parametrize(
    "sections",
    [
        {},
        [[]],
        [{**GOOD, "kind": "html"}],
        [{**GOOD, "kind": "../base"}],
        [{**GOOD, "id": "<b>"}],
        [{**GOOD, "extra": 1}],
        [{**GOOD, "values": {"html": "<script>"}}],
        [{**GOOD, "values": {"title": {"a": 1}}}],
        [{**GOOD, "values": {"title": "x" * 121}}],
        [{**GOOD, "translations": {"zh-hans": {"align": "left"}}}],
        [{**GOOD, "translations": {"</script>": {"title": "a"}}}],
        [GOOD, GOOD],
        [{**GOOD, "id": f"abcd{n}", "kind": "newsletter", "values": {}} for n in range(2)],
        [{**GOOD, "id": f"abcd{n}"} for n in range(25)],
        [{**GOOD, "kind": "story", "values": {"link": "data:text/html,x"}}],
        [{**GOOD, "kind": "story", "values": {"picture": "/etc/passwd"}}],
        [{**GOOD, "kind": "promises", "values": {"promises": [{"icon": "x"}]}}],
        [{**GOOD, "kind": "promises", "values": {"promises": [{"title": "a"}] * 5}}],
        [{**GOOD, "kind": "promises", "values": {"promises": "abc"}}],
    ],
)
def test_sections_that_nobody_could_have_made_are_refused(sections: Any) -> None:
    assert check_sections([GOOD])[0]["values"]["title"] == "A"
    with pytest.raises(LookRefused):
        check_sections(sections)


def test_the_other_language_opens_the_same_page_with_the_same_question(acme: Tenant, store_client: StoreClient) -> None:
    Tenant.objects.filter(pk=acme.pk).update(languages=["zh-hans"])
    forget_hosts()
    page = BeautifulSoup(store_client(acme).get("/search/?q=mug&sort=newest").content, "html.parser")
    other = page.select_one(".tongues a[lang=zh-hans]")
    assert other is not None
    assert other["href"] == "/zh-hans/search/?q=mug&sort=newest"


def test_a_new_store_greets_in_its_own_language_and_opens_soon(
    acme: Tenant, globex: Tenant, store_client: StoreClient
) -> None:
    page = BeautifulSoup(store_client(acme).get("/").content, "html.parser")
    assert page.find("h1").get_text() == "Welcome to Acme"
    assert "Opening soon" in page.get_text()
    assert page.find(class_="hero").find("a", class_="btn") is None
    with in_tenant(globex):
        assert ThemeVersion.objects.get().settings["tab_bar"]


def test_the_first_page_leads_to_collections_and_goods(acme: Tenant, store_client: StoreClient) -> None:
    with in_tenant(acme):
        Collection.objects.create(title="Kitchen", handle="kitchen")
        Collection.objects.create(title="Secret", handle="secret", is_visible=False)
        for number in range(6):
            make_product(f"Mug {number}")
        make_product("Gone", stock=0)
        Product.objects.filter(title="Mug 0").update(sold_count=9)
    page = BeautifulSoup(store_client(acme).get("/").content, "html.parser")
    assert [link["href"] for link in page.select(".cats a")] == ["/collections/kitchen/"]
    assert len(page.select("li.c")) == 8
    assert "Gone" not in page.get_text()
    assert "secret" not in str(page)


@pytest.mark.parametrize(
    ("sold", "title", "heading", "more"),
    [
        (3, "", "Best-sellers", "/products/"),
        (0, "", "New in the shop", "/products/?sort=newest"),
        (0, "热销商品", "New in the shop", "/products/?sort=newest"),
        (0, "Our favorites", "Our favorites", "/products/?sort=newest"),
    ],
)
def test_a_store_that_sold_nothing_yet_claims_no_best_sellers(
    in_acme: Tenant, store_client: StoreClient, sold: int, title: str, heading: str, more: str
) -> None:
    make_product("Mug")
    Product.objects.update(sold_count=sold)
    with translation.override("zh-hans"):
        title = str(gettext("Best-sellers")) if title == "热销商品" else title
    sections = [make_section("goods", {"title": title, "source": "best"}), make_section("for_you", {})]
    write_published(settings=complete({}), sections=sections, actor="", now=MADE_AT)
    page = BeautifulSoup(store_client(in_acme).get("/").content, "html.parser")
    headings = [head.get_text() for head in page.select("main .sh h2")]
    assert headings == [heading, "Looked at lately"]
    assert page.select_one(".sh a")["href"] == more
    lost = BeautifulSoup(store_client(in_acme).get("/nothing/").content, "html.parser")
    assert lost.select_one("main .sh h2").get_text() == ("What others buy" if sold else "New in the shop")


def test_a_stores_mails_wear_the_accent_that_its_shoppers_see(in_acme: Tenant) -> None:
    context = {"sender_name": "Acme", "action_url": "https://x.example/", "action_label": "Open"}

    def mailed() -> str:
        send_mail(
            to="a@x.example",
            subject="Hello",
            template="customers/email/account_deleted",
            context=context,
            language="en",
        )
        return str(mail.outbox[-1].alternatives[0][0])

    for accent, ground, button in (("#8c3a2b", "warm", "#8c3a2b"), ("#9ad3d8", "night", None)):
        look = complete({"accent": accent, "ground": ground})
        write_published(settings=look, sections=[], actor="", now=MADE_AT)
        style = BeautifulSoup(mailed(), "html.parser").select_one("a.button").parent["style"]
        color = re.search(r"background:(#[0-9a-f]{6})", style)[1]
        assert contrast(color, "#ffffff") >= 4.5
        assert button in (None, color)
    with in_public():
        assert "background:#0e5a61" in mailed()


def test_all_sections_of_a_first_page_cost_two_questions(in_acme: Tenant, store_client: StoreClient) -> None:
    for number in range(6):
        make_product(f"Mug {number}")
    Collection.objects.create(title="Kitchen", handle="kitchen")
    kinds = {"goods": [{"source": source} for source in ("best", "newest", "saving", "collection")]}
    sections = [make_section(kind, values) for kind in KINDS for values in kinds.get(kind, [{}])]
    write_published(settings=complete({}), sections=sections, actor="", now=MADE_AT)
    with statements() as found:
        answer = store_client(in_acme).get("/")
    assert answer.status_code == 200
    asked = [sql for sql in found if "theme_themeversion" in sql or "catalog_" in sql or "content_" in sql]
    assert len(asked) == 2, "\n".join(found)


def test_what_the_merchant_writes_is_kept_as_a_draft_and_shown_when_published(
    acme: Tenant, merchant_client: Client, store_client: StoreClient, media_root: Path
) -> None:
    form = form_of(merchant_client)
    form |= {
        "look-accent": "#7a3624",
        "look-display_face": "sans",
        "look-announcement": "Free over $60 <b>",
        "look-logo-file": picture_file(200, 200, "PNG"),
    }
    hero = next(name for name in form if name.endswith("-kind") and form[name] == "hero").removesuffix("-kind")
    form |= {f"{hero}-title": "Mugs & more", f"{hero}-link": "/products/"}
    assert merchant_client.post(PATH, form).status_code == 302
    assert "Mugs" not in store_client(acme).get("/").content.decode()
    assert merchant_client.post(f"{PATH}publish/").status_code == 302
    page = BeautifulSoup(store_client(acme).get("/").content, "html.parser")
    assert page.find(class_="bar").get_text() == "Free over $60 <b>"
    assert page.find("h1").get_text() == "Mugs & more"
    assert "--accent:#7a3624" in str(page)
    logo = page.find("a", class_="logo").find("img")["src"]
    assert store_client(acme).get(logo).status_code == 200


def test_buttons_add_move_hide_and_remove_sections(acme: Tenant, merchant_client: Client) -> None:
    def kinds() -> list[str]:
        with in_tenant(acme):
            return [section["kind"] for section in ThemeVersion.objects.get(state="draft").sections]

    def press(deed: str) -> None:
        assert merchant_client.post(PATH, {**form_of(merchant_client), "deed": deed}).status_code == 302

    press("add:quotes")
    assert kinds()[-1] == "quotes"
    with in_tenant(acme):
        token = ThemeVersion.objects.get(state="draft").sections[-1]["id"]
    press(f"up:{token}")
    assert kinds()[-2] == "quotes"
    press(f"hide:{token}")
    with in_tenant(acme):
        assert ThemeVersion.objects.get(state="draft").sections[-2]["is_hidden"]
    press(f"remove:{token}")
    assert "quotes" not in kinds()
    press("preset:night")
    with in_tenant(acme):
        assert ThemeVersion.objects.get(state="draft").settings["ground"] == "night"


def test_what_is_typed_is_kept_at_once_and_what_is_wrong_is_named(acme: Tenant, merchant_client: Client) -> None:
    form = {**form_of(merchant_client), "look-accent": "#2fbf5f"}
    refused = merchant_client.post(PATH, form, headers={"X-Autosave": "1"})
    assert refused.status_code == 422
    better = refused.json()["better"]["look-accent"]
    page = BeautifulSoup(merchant_client.post(PATH, form).content, "html.parser")
    assert page.find("button", value=f"use:accent:{better}")
    assert merchant_client.post(PATH, {**form, "deed": f"use:accent:{better}"}).status_code == 302
    with in_tenant(acme):
        assert ThemeVersion.objects.get(state="draft").settings["accent"] == better


def test_a_preview_shows_the_draft_to_its_session_alone(
    acme: Tenant, merchant_client: Client, store_client: StoreClient
) -> None:
    form = form_of(merchant_client)
    hero = next(name for name in form if name.endswith("-kind") and form[name] == "hero").removesuffix("-kind")
    merchant_client.post(PATH, {**form, f"{hero}-title": "Only a draft"})
    page = BeautifulSoup(merchant_client.get(PATH).content, "html.parser")
    address = page.find("iframe")["src"]
    shown = merchant_client.get(address)
    assert "Only a draft" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert shown["X-Robots-Tag"] == "noindex"
    for client, path in (
        (store_client(acme), address),
        (merchant_client, f"{address}x"),
        (merchant_client, "/?preview="),
    ):
        assert "Only a draft" not in client.get(path).content.decode()
    assert "Only a draft" not in store_client(acme).get("/").content.decode()


def test_an_earlier_look_comes_back_as_a_draft(in_acme: Tenant) -> None:
    first = ThemeVersion.objects.get(state="published")
    settings = {**first.settings, "announcement": "New"}
    write_published(settings=settings, sections=first.sections, actor="maria@example.com", now=MADE_AT)
    assert {version.state for version in list_versions()} == {"published", "archived"}
    draft = restore_version(version_id=first.pk, actor="maria@example.com", now=MADE_AT)
    assert (draft.state, draft.settings["announcement"]) == ("draft", "")
    assert ThemeVersion.objects.get(state="published").settings["announcement"] == "New"
    publish_draft(actor="maria@example.com", now=MADE_AT)
    assert ThemeVersion.objects.get(state="published").settings["announcement"] == ""
    with pytest.raises(NothingToPublish):
        publish_draft(actor="maria@example.com", now=MADE_AT)


def test_a_copy_of_a_store_shows_no_look_that_nobody_could_have_chosen(in_acme: Tenant) -> None:
    hostile = "</style><script>alert(1)</script>"
    ThemeVersion.objects.filter(state="published").update(
        settings={"accent": hostile, "ratio": hostile, "announcement": "Kept", "evil": hostile},
        sections=[GOOD, {**GOOD, "id": "abcd9999", "kind": hostile}],
    )
    sanitize_copy(StoreCopied(is_sandbox=False, now=MADE_AT))
    version = ThemeVersion.objects.get(state="published")
    assert "alert" not in str(version.settings) + str(version.sections)
    assert version.settings["announcement"] == "Kept"
    assert len(version.sections) == 1


def test_the_look_of_before_becomes_the_first_version(in_acme: Tenant) -> None:
    move = import_module("storefront.theme.migrations.0003_the_look_of_before").move
    ThemeVersion.objects.all().delete()
    ThemeSettings.objects.create(
        pk=1, accent="#24573f", hero_title="Enough", story_title="Mended", story_text="Yes", announcement="Free",
        promises=[{"icon": "truck", "title": "Fast", "text": "Very"}],
    )  # fmt: skip
    move(apps, None)
    version = ThemeVersion.objects.get(state="published")
    assert check_settings(version.settings)["announcement"] == "Free"
    assert [section["kind"] for section in check_sections(version.sections)] == [
        "hero", "collections", "goods", "story", "for_you", "promises",
    ]  # fmt: skip
    move(apps, None)
    assert ThemeVersion.objects.count() == 1


def form_of(client: Client) -> dict[str, Any]:
    """Return what the editor's form would send untouched."""
    page = BeautifulSoup(client.get(PATH).content, "html.parser").find("form", id="look")
    sent: dict[str, Any] = {}
    for control in page.select("input[name], textarea[name], select[name]"):
        name = control["name"]
        if control.get("type") in ("file", "checkbox") and not control.has_attr("checked"):
            continue
        if control.name == "select":
            value = control.find("option", selected=True)["value"]
        else:
            value = control.get_text() if control.name == "textarea" else control.get("value", "")
        sent[name] = (
            [*sent[name], value] if isinstance(sent.get(name), list) else [value] if name == "section" else value
        )
    return sent
