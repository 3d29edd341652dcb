"""Photos of what comes back: for the customer and the store alone, with nothing in them but what they show."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from core.events import publish
from core.ids import new_token
from core.tenancy import in_tenant
from storefront.catalog.errors import PictureRefused
from storefront.customers.events import CustomerDataAsked, CustomerErased
from storefront.orders.models import Order
from storefront.returns.errors import ReturnRefused
from storefront.returns.models import Return
from storefront.returns.services import ask_return, asking
from tenants.models import Tenant
from tests.storefront.catalog.test_hostile_files import PICTURES
from tests.storefront.returns.test_returns import asked, lines_of, make_sent


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Path) -> Path:
    settings.PRIVATE_ROOT, settings.MEDIA_ROOT = tmp_path / "private", tmp_path / "media"
    return tmp_path


def photo(width: int = 1200, height: int = 900) -> io.BytesIO:
    """Return a photo as a telephone takes it: where it was, and whose."""
    picture, file = Image.new("RGB", (width, height), "teal"), io.BytesIO()
    exif = picture.getexif()
    exif[0x010F] = "CANARY-PHONE"
    exif.get_ifd(0x8825).update({1: "N", 2: (45.0, 31.0, 12.0)})
    picture.save(file, "JPEG", exif=exif)
    file.seek(0)
    assert b"CANARY-PHONE" in file.getvalue()
    return file


def upload(number: int = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{number}.jpg", photo().getvalue(), "image/jpeg")


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def ask(order: Order, now: datetime, *photos: Any) -> Return:
    return ask_return(order_id=order.pk, asked=asked(order, 1), actor="shopper", now=now, photos=photos)


def test_photos_come_with_the_form_and_are_seen_by_both_sides_alone(
    acme: Tenant,
    globex: Tenant,
    store_client: Callable[[Tenant], Client],
    merchant_client: Client,
    private: Path,
    now: datetime,
) -> None:
    shopper = store_client(acme)
    with in_tenant(acme):
        order, other = make_sent(now), make_sent(now + timedelta(seconds=1))
    page = shopper.get(f"/orders/{order.token}/return/").content.decode()
    assert 'enctype="multipart/form-data"' in page and 'name="photos"' in page
    form = {"token": new_token(), "reason": "damaged", "wish": "refund", "note": ""}
    form[f"line-{lines_of_pk(acme, order)}"] = "1"
    sent = shopper.post(f"/orders/{order.token}/return/", {**form, "photos": [upload(1), upload(2)]})
    assert sent.status_code == 302
    again = shopper.post(f"/orders/{order.token}/return/", {**form, "photos": [upload(3)]})
    assert again.status_code == 302
    with in_tenant(acme):
        made = Return.objects.get()
    assert len(made.photos) == 2 and len(files(private)) == 4
    assert not files(private / "media"), "no photo has a public address"
    assert all(b"CANARY" not in path.read_bytes() for path in files(private))
    own = f"/orders/{order.token}/return/{made.pk}/photos/1/"
    work = f"/dashboard/orders/returns/{made.pk}/photos/1/"
    assert own in shopper.get(f"/orders/{order.token}/").content.decode()
    assert work in merchant_client.get(f"/dashboard/orders/returns/{made.pk}/").content.decode()
    for client, address in ((shopper, own), (merchant_client, work), (shopper, f"{own}?small")):
        answer = client.get(address)
        assert answer.status_code == 200 and answer["Content-Type"] == "image/webp"
        assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]
        assert "sandbox" in answer["Content-Security-Policy"]
        picture = Image.open(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
        assert picture.width <= 1600 and not picture.getexif()
    elsewhere = store_client(globex)
    for client, address in (
        (shopper, own.replace("/1/", "/3/")),
        (shopper, own.replace("/1/", "/0/")),
        (shopper, own.replace(order.token, other.token)),
        (elsewhere, own),
        (merchant_client, work.replace("/1/", "/9/")),
    ):
        assert client.get(address).status_code == 404, address
    assert shopper.get(work).status_code in (302, 403, 404)


def lines_of_pk(store: Tenant, order: Order) -> int:
    with in_tenant(store):
        return lines_of(order)[0].pk


@pytest.mark.parametrize("name", PICTURES)
def test_hostile_files_are_refused_and_nothing_is_kept(
    in_acme: Tenant, now: datetime, private: Path, name: str
) -> None:
    order = make_sent(now)
    with pytest.raises(PictureRefused):
        ask(order, now, photo(), io.BytesIO(PICTURES[name]()))
    assert not Return.objects.exists() and not files(private)


def test_a_fifth_photo_is_refused_and_so_are_those_of_what_cannot_come_back(
    in_acme: Tenant, now: datetime, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_sent(now)
    with pytest.raises(ReturnRefused):
        ask(order, now, *(photo(80, 60) for _ in range(5)))
    with pytest.raises(ReturnRefused):
        ask_return(order_id=order.pk, asked=asked(order, 99), actor="shopper", now=now, photos=[photo()])
    assert not files(private)

    def fail(**_words: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(asking, "note_event", fail)
    with pytest.raises(ZeroDivisionError):
        ask(order, now, photo())
    assert not Return.objects.exists() and not files(private)


def test_whoever_leaves_takes_their_photos_along(
    in_acme: Tenant, now: datetime, private: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    order = make_sent(now)
    made = ask(order, now, photo(), photo(300, 200))
    question = CustomerDataAsked(customer_id=order.customer_id or 0, email=order.email)
    publish(question)
    assert len(question.sections["returns"][0]["photos"]) == 2
    assert storages["private"].exists(made.photos[0]["path"])
    with django_capture_on_commit_callbacks(execute=True):
        publish(CustomerErased(customer_id=order.customer_id or 0, email=order.email, now=now))
    made.refresh_from_db()
    assert made.photos == [] and not files(private)
