import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import override_settings
from PIL import ExifTags, Image

from core.clock import utc_now
from core.outbox.models import OutboxMessage
from storefront.catalog import pictures
from storefront.catalog.errors import PictureRefused, ProductNotFound
from storefront.catalog.jinja import image_srcset, picture
from storefront.catalog.models import ProductImage
from storefront.catalog.services import (
    ProductDraft,
    add_image,
    arrange_images,
    finish_picture,
    move_image,
    remove_image,
    retry_picture,
    save_product,
    show_variant_with,
    start_product,
    stored_pictures,
    sweep_pictures,
)
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, picture_file

pytestmark = pytest.mark.usefixtures("in_acme", "media_root")

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def stored(root: Path) -> list[str]:
    return sorted(file.name for file in root.rglob("*") if file.is_file())


def made_of(root: Path) -> dict[str, tuple[str | None, int]]:
    found = {}
    for file in [*root.rglob("*.webp"), *root.rglob("*.avif")]:
        with Image.open(file) as opened:
            found[file.name.rsplit("-", 1)[1]] = (opened.format, opened.width)
    return found


def test_a_picture_can_be_seen_at_once_and_its_other_files_are_asked_for(media_root: Path) -> None:
    product = make_product()
    image = add_image(product_id=product.pk, file=picture_file(2000, 2500), alt=" A mug ", now=MADE_AT)
    assert image.path.startswith("products/")
    assert image.path.endswith("-800.webp")
    assert (image.width, image.height, image.alt, image.position) == (1600, 2000, "A mug", 1)
    assert (image.state, image.formats) == ("pending", {"webp": [800]})
    assert made_of(media_root) == {"800.webp": ("WEBP", 800)}
    asked = OutboxMessage.objects.filter(task="storefront.catalog.finish_picture").values_list("kwargs", flat=True)
    assert list(asked) == [{"image_id": image.pk}]
    product.refresh_from_db()
    assert product.cover == {
        "path": image.path,
        "width": 1600,
        "height": 2000,
        "alt": "A mug",
        "formats": {"webp": [800]},
    }


def test_the_worker_makes_avif_and_webp_in_three_widths_and_leaves_no_master(media_root: Path) -> None:
    product = make_product()
    image = add_image(product_id=product.pk, file=picture_file(2000, 2500), alt="", now=MADE_AT)
    for _time in range(2):
        finish_picture(image_id=image.pk)
    image.refresh_from_db()
    product.refresh_from_db()
    widths = [400, 800, 1600]
    assert (image.state, image.formats) == ("ready", {"avif": widths, "webp": widths})
    assert product.cover["formats"] == image.formats
    assert made_of(media_root) == {
        f"{width}.{form}": (form.upper(), width) for width in widths for form in ("avif", "webp")
    }
    assert stored(media_root.parent / "private") == []


def test_a_small_picture_is_never_blown_up(media_root: Path) -> None:
    image = add_image(product_id=make_product().pk, file=picture_file(300, 200, "PNG"), alt="", now=MADE_AT)
    finish_picture(image_id=image.pk)
    assert (image.width, image.height) == (300, 200)
    assert {width for _form, width in made_of(media_root).values()} == {300}


def test_a_picture_that_cannot_be_finished_says_so_and_can_be_tried_again(media_root: Path) -> None:
    image = add_image(product_id=make_product().pk, file=picture_file(), alt="", now=MADE_AT)
    (master,) = (media_root.parent / "private").rglob("*.webp")
    good = master.read_bytes()
    master.write_bytes(b"damaged")
    finish_picture(image_id=image.pk)
    image.refresh_from_db()
    assert image.state == "failed"
    assert default_storage.exists(image.path)
    master.write_bytes(good)
    retry_picture(image_id=image.pk)
    finish_picture(image_id=image.pk)
    image.refresh_from_db()
    assert image.state == "ready"


def test_the_sweeper_asks_again_for_what_was_lost_and_gives_up_after_a_day(media_root: Path) -> None:
    image = add_image(product_id=make_product().pk, file=picture_file(), alt="", now=MADE_AT)
    now = utc_now()
    asked = OutboxMessage.objects.filter(task="storefront.catalog.finish_picture")
    assert (sweep_pictures(now=now), asked.count()) == (0, 1)
    assert (sweep_pictures(now=now + timedelta(minutes=11)), asked.count()) == (1, 2)
    assert (sweep_pictures(now=now + timedelta(days=2)), asked.count()) == (1, 2)
    image.refresh_from_db()
    assert image.state == "failed"


def test_a_picture_removed_while_it_is_made_leaves_nothing(
    media_root: Path, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = add_image(product_id=make_product().pk, file=picture_file(), alt="", now=MADE_AT)
    read = pictures.read_master

    def read_and_remove(data: bytes) -> Image.Image:
        with django_capture_on_commit_callbacks(execute=True):
            remove_image(image_id=image.pk)
        return read(data)

    monkeypatch.setattr("storefront.catalog.services.pictures.read_master", read_and_remove)
    finish_picture(image_id=image.pk)
    assert stored(media_root.parent) == []


def test_a_picture_is_turned_upright_and_loses_its_hidden_data() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "A camera that knows where you live"
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (45.0, 31.0, 12.0), 3: "W", 4: (122.0, 40.0, 30.0)}
    encoded = pictures.encode_picture(picture_file(1000, 500, exif=exif, comment=b"taken at home"))
    assert (encoded.width, encoded.height) == (500, 1000)
    with Image.open(io.BytesIO(encoded.files[800])) as opened:
        assert (opened.width, opened.height) == (500, 1000)
        assert not opened.getexif()
        assert set(opened.info) <= {"loop", "background", "timestamp", "duration"}
    upright = pictures.read_picture(picture_file(1000, 500, exif=exif))
    for form in ("webp", "avif"):
        data = pictures.encode(upright, width=800, form=form)
        assert not {name for name in (b"Exif", b"camera", b"at home", b"ICC") if name in data}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_each_named_format_is_taken(form: str) -> None:
    assert pictures.encode_picture(picture_file(64, 64, form)).width == 64


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

    def save_without_a_title() -> None:
        with stored_pictures([picture_file()]) as kept:
            draft = ProductDraft(title="", description_html="", status="active", handle="", pictures=kept)
            save_product(product_id=product.pk, draft=draft, actor=ACTOR, now=MADE_AT)

    with pytest.raises(Exception, match="title"):
        save_without_a_title()
    assert stored(media_root) == []


def test_pictures_change_places_and_the_first_is_the_cover() -> None:
    product = make_product()
    first, second = (add_image(product_id=product.pk, file=picture_file(), alt=alt, now=MADE_AT) for alt in "ab")
    move_image(image_id=second.pk, by=-1)
    product.refresh_from_db()
    assert product.cover["alt"] == "b"
    move_image(image_id=second.pk, by=-1)
    assert list(ProductImage.objects.order_by("position").values_list("alt", "position")) == [("b", 1), ("a", 2)]
    arrange_images(product_id=product.pk, image_ids=[10**9, first.pk])
    assert list(ProductImage.objects.order_by("position").values_list("alt", "position")) == [("a", 1), ("b", 2)]
    assert list(ProductImage.objects.values_list("product_id", flat=True).distinct()) == [product.pk]


def test_a_version_is_shown_with_a_picture_of_its_own_product() -> None:
    product, other = make_product(), make_product("Kettle")
    own, strange = (add_image(product_id=one.pk, file=picture_file(), alt="", now=MADE_AT) for one in (product, other))
    variant = product.variants.get()
    show_variant_with(variant_id=variant.pk, image_id=own.pk)
    with pytest.raises(ProductNotFound):
        show_variant_with(variant_id=variant.pk, image_id=strange.pk)
    variant.refresh_from_db()
    assert variant.image_id == own.pk
    remove_image(image_id=own.pk)
    variant.refresh_from_db()
    assert variant.image_id is None


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


def test_avif_stands_before_webp_once_both_are_made() -> None:
    cover = {"path": "products/abc-800.webp", "width": 1200, "height": 1500, "alt": ""}
    before = picture({**cover, "formats": {"webp": [800]}})
    ready = picture({**cover, "formats": {"avif": [400, 800, 1600], "webp": [400, 800, 1600]}}, widest=800)
    assert before is not None
    assert ready is not None
    assert (before["srcset"], before["avif"], before["thumb"]) == ("", "", "/media/products/abc-800.webp")
    assert ready["avif"] == "/media/products/abc-400.avif 400w, /media/products/abc-800.avif 800w"
    assert ready["thumb"] == "/media/products/abc-400.webp"
