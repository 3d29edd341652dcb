import io
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client, override_settings

from core.tenancy import in_tenant
from storefront.catalog.models import Collection
from storefront.theme.colors import contrast, mix, night_shade, text_on
from storefront.theme.errors import ColorRefused
from storefront.theme.models import ThemeSettings
from storefront.theme.services import check_accent
from tenants.models import Tenant
from tests.storefront.catalog.making import make_product, picture_file

PATH = "/dashboard/settings/theme/"
StoreClient = Callable[[Tenant], Client]


@pytest.fixture
def media_root(tmp_path: Path, acme: Tenant) -> Path:
    """A media root with one picture of acme and one file beside its folder."""
    with override_settings(MEDIA_ROOT=tmp_path):
        folder = tmp_path / acme.schema_name / "demo"
        folder.mkdir(parents=True)
        (folder / "mug.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        (folder / ("a" * 26 + "-800.webp")).write_bytes(b"RIFF")
        (folder / "notes.html").write_text("<script>alert(1)</script>")
        (tmp_path / "secret.svg").write_text("<svg/>")
        yield tmp_path  # type: ignore[misc]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert (text_on("#0e5a61"), text_on("#ffe08a")) == ("#ffffff", "#1d1b18")


@pytest.mark.parametrize("color", ["#0e5a61", "#7a3624", "#000000", "#1b5793"])
def test_the_dark_scheme_gets_a_shade_that_reads_there(color: str) -> None:
    assert contrast(night_shade(color), "#171613") >= 7


@pytest.mark.parametrize("color", ["#ffff00", "#cccccc", "red", "#12345", "", "#0e5a61;}</style>"])
def test_a_color_that_cannot_be_read_is_refused(color: str) -> None:
    with pytest.raises(ColorRefused):
        check_accent(color)


def test_the_other_language_opens_the_same_page_with_the_same_question(acme: Tenant, store_client: StoreClient) -> None:
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
        assert ThemeSettings.objects.get().hero_title


def test_the_first_page_leads_to_collections_and_goods(acme: Tenant, store_client: StoreClient) -> None:
    with in_tenant(acme):
        Collection.objects.create(title="Kitchen", handle="kitchen")
        Collection.objects.create(title="Secret", handle="secret", is_visible=False)
        for number in range(6):
            make_product(f"Mug {number}")
        make_product("Gone", stock=0)
    page = BeautifulSoup(store_client(acme).get("/").content, "html.parser")
    assert [link["href"] for link in page.select(".cats a")] == ["/collections/kitchen/"]
    assert page.find("a", string="See all 7")
    assert len(page.select("li.c")) == 8
    assert "Gone" not in page.get_text()
    assert "secret" not in str(page)


def test_what_the_merchant_writes_is_what_shoppers_see(
    acme: Tenant, merchant_client: Client, store_client: StoreClient, media_root: Path
) -> None:
    sent = {
        "accent": "#7a3624",
        "display_face": "sans",
        "announcement": "Free over $60 <b>",
        "hero_title": "Mugs & more",
        "hero_link": "/products/",
        "logo": picture_file(200, 200, "PNG"),
    }
    assert merchant_client.post(PATH, sent).status_code == 302
    page = BeautifulSoup(store_client(acme).get("/").content, "html.parser")
    assert page.find("html")["data-preset"] == "plain"
    assert page.find(class_="bar").get_text() == "Free over $60 <b>"
    assert page.find("h1").get_text() == "Mugs & more"
    assert "--accent:#7a3624" in page.find("style").string
    logo = page.find("a", class_="logo").find("img")["src"]
    assert store_client(acme).get(logo).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "#ffff00"),
        ("hero_link", "javascript:alert(1)"),
        ("story_link", "//evil.example"),
        ("hero_title", "x" * 121),
    ],
)
def test_a_look_that_makes_no_sense_is_refused_in_words(
    acme: Tenant, merchant_client: Client, field: str, value: str
) -> None:
    answer = merchant_client.post(
        PATH, {"accent": "#0e5a61", "display_face": "serif", "announcement": "Kept", field: value}
    )
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert page.find(class_="form-errors").find("a", href=f"#id_{field}")
    assert page.find("input", id="id_announcement")["value"] == "Kept"
    with in_tenant(acme):
        assert ThemeSettings.objects.get().announcement == ""


def test_a_logo_that_is_no_picture_changes_nothing(acme: Tenant, merchant_client: Client, media_root: Path) -> None:
    fake = io.BytesIO(b"<svg/>")
    fake.name = "logo.png"
    answer = merchant_client.post(
        PATH, {"accent": "#7a3624", "display_face": "serif", "announcement": "New", "logo": fake}
    )
    assert answer.status_code == 422
    with in_tenant(acme):
        assert ThemeSettings.objects.values_list("accent", "announcement").get() == ("#0e5a61", "")


def test_a_picture_is_sent_with_its_type_and_kept_long(
    acme: Tenant, store_client: StoreClient, media_root: Path
) -> None:
    svg = store_client(acme).get("/media/demo/mug.svg")
    assert (svg.status_code, svg["Content-Type"]) == (200, "image/svg+xml")
    assert svg["X-Content-Type-Options"] == "nosniff"
    assert svg["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert svg["Cache-Control"] == "public, max-age=86400"
    webp = store_client(acme).get(f"/media/demo/{'a' * 26}-800.webp")
    assert webp["Cache-Control"] == "public, max-age=31536000, immutable"
    again = store_client(acme).get("/media/demo/mug.svg", headers={"if-modified-since": svg["Last-Modified"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "demo/nothing.svg",
        "demo",
        "demo/notes.html",
        "../secret.svg",
        "demo/../../secret.svg",
        "%2e%2e/secret.svg",
        "..%2fsecret.svg",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "demo/%00.svg",
        "demo/linked.svg",
        "a" * 5000 + ".svg",
    ],
)
def test_nothing_but_a_picture_of_the_store_is_sent(
    acme: Tenant, store_client: StoreClient, media_root: Path, path: str
) -> None:
    (media_root / acme.schema_name / "demo" / "linked.svg").symlink_to(media_root / "secret.svg")
    assert store_client(acme).get(f"/media/{path}").status_code == 404


def test_a_picture_of_one_store_is_not_in_another(
    acme: Tenant, globex: Tenant, store_client: StoreClient, media_root: Path
) -> None:
    assert store_client(globex).get("/media/demo/mug.svg").status_code == 404
    assert store_client(globex).get(f"/media/../{acme.schema_name}/demo/mug.svg").status_code == 404
