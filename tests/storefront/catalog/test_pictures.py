import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import override_settings
from PIL import Image

from storefront.catalog import pictures
from storefront.catalog.errors import PictureRefused
from storefront.catalog.jinja import image_srcset, picture
from storefront.catalog.models import ProductImage
from storefront.catalog.services import ProductDraft, add_image, move_image, remove_image, save_product, start_product
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, picture_file

pytestmark = pytest.mark.usefixtures("in_acme", "media_root")

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def stored(root: Path) -> list[str]:
    return sorted(file.name for file in root.rglob("*") if file.is_file())


def test_a_picture_is_kept_as_webp_in_three_widths_named_after_the_middle_one(media_root: Path) -> None:
    product = make_product()
    image = add_image(product_id=product.pk, file=picture_file(2000, 2500), alt=" A mug ", now=MADE_AT)
    assert image.path.startswith("products/")
    assert image.path.endswith("-800.webp")
    assert (image.width, image.height, image.alt, image.position) == (1600, 2000, "A mug", 1)
    widths = {}
    for file in media_root.rglob("*.webp"):
        with Image.open(file) as opened:
            widths[file.name.rsplit("-", 1)[1]] = (opened.format, opened.width)
    assert widths == {"400.webp": ("WEBP", 400), "800.webp": ("WEBP", 800), "1600.webp": ("WEBP", 1600)}
    product.refresh_from_db()
    assert product.cover == {"path": image.path, "width": 1600, "height": 2000, "alt": "A mug"}


def test_a_small_picture_is_never_blown_up(media_root: Path) -> None:
    image = add_image(product_id=make_product().pk, file=picture_file(300, 200, "PNG"), alt="", now=MADE_AT)
    assert (image.width, image.height) == (300, 200)
    assert [name.rsplit("-", 1)[1] for name in stored(media_root)] == ["400.webp", "800.webp"]


def test_a_picture_is_turned_upright_and_loses_its_hidden_data() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "A camera that knows where you live"
    encoded = pictures.encode_picture(picture_file(1000, 500, exif=exif))
    assert (encoded.width, encoded.height) == (500, 1000)
    with Image.open(io.BytesIO(encoded.files[800])) as opened:
        assert (opened.width, opened.height) == (500, 1000)
        assert not opened.getexif()
        assert "exif" not in opened.info


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_each_named_format_is_taken(form: str) -> None:
    assert pictures.encode_picture(picture_file(64, 64, form)).width == 64


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        SVG,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        picture_file().getvalue()[:900],
        picture_file(form="BMP").getvalue(),
    ],
)
def test_what_is_not_a_picture_is_refused_and_nothing_is_kept(data: bytes, media_root: Path) -> None:
    product = make_product()
    with pytest.raises(PictureRefused) as caught:
        add_image(product_id=product.pk, file=io.BytesIO(data), alt="", now=MADE_AT)
    assert caught.value.field == "picture"
    assert stored(media_root) == []
    assert ProductImage.objects.count() == 0


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAXIMUM_PIXELS", 999)
    with pytest.raises(PictureRefused, match="pixels"):
        pictures.encode_picture(picture_file(100, 10))


@override_settings(MAX_IMAGE_BYTES=1024)
def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(PictureRefused, match="larger"):
        pictures.encode_picture(io.BytesIO(b"x" * 1025))


def test_one_bad_picture_among_good_ones_stops_the_whole_product(media_root: Path) -> None:
    with pytest.raises(PictureRefused):
        start_product(
            title="Mug",
            price_amount=1,
            quantity=None,
            pictures=[picture_file(), io.BytesIO(SVG)],
            status="active",
            actor=ACTOR,
            now=MADE_AT,
        )
    assert stored(media_root) == []


def test_a_save_that_fails_leaves_no_files(media_root: Path) -> None:
    product = make_product()
    draft = ProductDraft(title="", description_html="", status="active", handle="", pictures=[picture_file()])
    with pytest.raises(Exception, match="title"):
        save_product(product_id=product.pk, draft=draft, actor=ACTOR, now=MADE_AT)
    assert stored(media_root) == []


def test_pictures_change_places_and_the_first_is_the_cover() -> None:
    product = make_product()
    first, second = (add_image(product_id=product.pk, file=picture_file(), alt=alt, now=MADE_AT) for alt in "ab")
    move_image(image_id=second.pk, by=-1)
    product.refresh_from_db()
    assert product.cover["alt"] == "b"
    move_image(image_id=second.pk, by=-1)
    assert list(ProductImage.objects.order_by("position").values_list("alt", "position")) == [("b", 1), ("a", 2)]
    assert first.pk != second.pk


def test_a_picture_taken_away_takes_its_files_along_after_the_commit(
    media_root: Path, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    product = make_product()
    image = add_image(product_id=product.pk, file=picture_file(), alt="", now=MADE_AT)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        remove_image(image_id=image.pk)
        assert default_storage.exists(image.path)
    assert stored(media_root) == []
    product.refresh_from_db()
    assert product.cover == {}


def test_a_page_offers_the_widths_that_are_there() -> None:
    path = "products/abc-800.webp"
    assert image_srcset(path, 1600) == (
        "/media/products/abc-400.webp 400w, /media/products/abc-800.webp 800w, /media/products/abc-1600.webp 1600w"
    )
    assert image_srcset(path, 1000).endswith("/media/products/abc-1600.webp 1000w")
    assert image_srcset(path, 600) == "/media/products/abc-400.webp 400w, /media/products/abc-800.webp 600w"
    assert image_srcset(path, 300) == "/media/products/abc-400.webp 300w"
    assert image_srcset("demo/mug.svg", 400) == ""
    shown = picture({"path": "demo/mug.svg", "width": 400, "height": 500, "alt": "A mug"})
    assert shown is not None
    assert (shown["src"], shown["srcset"], shown["thumb"]) == ("/media/demo/mug.svg", "", "/media/demo/mug.svg")
    assert picture({}) is None
