"""Pictures inside texts: files of this store's own, and nothing else that is called a picture."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.catalog.services import count_lost_pictures, sanitize_html
from storefront.content.services import PageDraft, create_page
from storefront.transfer.enums import ImportKind
from storefront.transfer.services import import_file
from tenants.models import Tenant
from tests.storefront.catalog.making import picture_file

OWN = "/media/texts/abcdefghijkmnpqrstuvwxyz23-800.webp"


def test_a_picture_of_our_own_keeps_its_words_and_its_size() -> None:
    html = f'<p>Hand-thrown</p><img src="{OWN}" alt="A mug &gt; a cup" width="800" height="600" '
    html += 'onerror="x" style="y" class="z" srcset="//e">'
    expected = f'<p>Hand-thrown</p><img src="{OWN}" alt="A mug &gt; a cup" width="800" height="600" loading="lazy">'
    assert sanitize_html(html) == expected
    assert sanitize_html(expected) == expected
    assert count_lost_pictures(html) == 0


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.example/x.png", "//evil.example/media/texts/abcdefghijkmnpqrstuvwxyz23-800.webp",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)", "/media/products/abcdefghijkmnpqrstuvwxyz23-800.webp", f"{OWN}?x=1", f"{OWN}#x", f" {OWN}",
        "/media/texts/../../dashboard/abcdefghijkmnpqrstuvwxyz23-800.webp", "/media/texts/%2e%2e-800.webp",
        f"https://acme.localhost{OWN}",
        "/media/texts/abcdefghijkmnpqrstuvwxyz23.svg", f"{OWN}\n", f"\\{OWN}", "/logout/", "",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "form",
    [
        '<img src="{}" alt="a">',
        "<IMG SRC='{}'>",
        '<img alt=">" src="{}">',
        '<svg><image href="{}"/></svg><img src="{}"',
    ],
)
def test_every_other_source_goes_with_its_picture(source: str, form: str) -> None:
    cleaned = sanitize_html(f"<p>Text</p>{form.replace('{}', source)}")
    found = BeautifulSoup(cleaned, "html.parser")
    assert not found.select("img, image, svg"), cleaned
    assert found.select_one("p").text == "Text"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("width", "kept"), [("0", None), ("-1", None), ("1e9", None), ("99999", None), ("٣", None), ("640", "640")]
)
def test_a_size_is_a_plain_number_of_pixels(width: str, kept: str | None) -> None:
    cleaned = sanitize_html(f'<img src="{OWN}" width="{width}" height="5">')
    assert BeautifulSoup(cleaned, "html.parser").select_one("img").get("width") == kept  # type: ignore[union-attr]


@pytest.mark.parametrize("address", ["/dashboard/products/text-pictures/", "/dashboard/pages/text-pictures/"])
def test_a_picture_is_uploaded_put_into_a_text_and_shown(
    acme: Tenant,
    merchant_client: Client,
    store_client: Callable[[Tenant], Client],
    settings: Settings,
    tmp_path: Path,
    address: str,
) -> None:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    answer = merchant_client.post(address, {"picture": picture_file()})
    kept = answer.json()
    assert answer.status_code == 201
    with in_tenant(acme):
        assert default_storage.exists(kept["src"].removeprefix("/media/"))
        html = f'<p>Look</p><img src="{kept["src"]}" alt="A mug" width="{kept["width"]}" height="{kept["height"]}">'
        create_page(draft=PageDraft("Mugs", html), now=utc_now())
    page = BeautifulSoup(store_client(acme).get("/pages/mugs/").content, "html.parser")
    shown = page.select_one("article img")
    assert shown is not None
    assert (shown["src"], shown["alt"], shown["loading"]) == (kept["src"], "A mug", "lazy")
    assert int(str(shown["width"])) <= 800


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 20])
def test_what_is_no_picture_is_refused_with_words(acme: Tenant, merchant_client: Client, data: bytes) -> None:
    file = SimpleUploadedFile("x.png", data, content_type="image/png")
    answer = merchant_client.post("/dashboard/products/text-pictures/", {"picture": file})
    assert (answer.status_code, bool(answer.json()["error"])) == (422, True)


def test_an_import_says_which_pictures_of_descriptions_it_leaves_out(in_acme: Tenant) -> None:
    text = f'<p>A<img src=""https://cdn.example/a.jpg""><img src=""{OWN}""></p>'
    data = f'Handle,Title,Price,Body (HTML)\nmug,Mug,5,"{text}"\n'.encode()
    result = import_file(
        kind=ImportKind.PRODUCTS, source=io.BytesIO(data), filename="x.csv", currency="USD", now=utc_now()
    )
    assert [note for note in result.notes if note.startswith("1 picture inside a description")]
    assert Product.objects.get().description_html == f'<p>A<img src="{OWN}" loading="lazy"></p>'
