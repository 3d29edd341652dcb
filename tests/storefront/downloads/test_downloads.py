"""Files that are sold: kept apart, opened by who paid, counted, closed when it is over."""

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client, override_settings

from core.clock import utc_now
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.catalog.models import DigitalFile, ProductVariant
from storefront.downloads.errors import DownloadNotFound, DownloadRefused, FileRefused
from storefront.downloads.models import DownloadGrant
from storefront.downloads.selectors import list_downloads
from storefront.downloads.services import (
    DAYS,
    LIMIT,
    RESUMABLE,
    add_file,
    grant_files,
    mail_files,
    remove_file,
    reset_downloads,
    revoke_order,
    safe_name,
    set_terms,
    take_download,
)
from storefront.downloads.tokens import make_token
from storefront.inventory.services import Part, set_parts
from storefront.orders.models import Order
from storefront.orders.services import mark_paid
from tenants.models import Tenant
from tests.storefront.goods import make_variant
from tests.storefront.orders.making import make_order

BODY = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def folders(in_acme: Tenant, tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=tmp_path / "media", PRIVATE_ROOT=tmp_path / "private"):
        yield tmp_path


def upload(name: str = "Trail map.pdf", body: bytes = BODY) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def buy(now: datetime, **kwargs: object) -> Order:
    """Return a paid order of two products, one of which got a file just before the money came."""
    order = make_order(now, is_paid=False, **kwargs)  # type: ignore[arg-type]
    line = order.lines.order_by("pk").first()
    assert line is not None
    assert line.variant_id is not None
    add_file(variant_id=line.variant_id, file=upload(), now=now)
    grant_files(order_id=order.pk, now=now)
    return order


def get(order: Order, now: datetime) -> str:
    (one,) = list_downloads(order.pk, now=now)
    return one.url


def test_a_file_is_private_and_its_version_needs_no_parcel(folders: Path, now: datetime) -> None:
    variant = make_variant(stock=0)
    row = add_file(variant_id=variant.pk, file=upload("../../etc/pass\u202ewd\r\n.pdf"), now=now)
    variant.refresh_from_db()
    assert (row.filename, row.bytes_count, variant.requires_shipping) == ("pass wd .pdf", len(BODY), False)
    assert variant.is_buyable
    assert not list((folders / "media").rglob("*.*"))
    remove_file(file_id=row.pk)
    assert DigitalFile.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("", "file"),
        ("...", "file"),
        ("C:\\Users\\me\\map.pdf", "map.pdf"),
        ("/etc/passwd", "passwd"),
        ('a"; filename="evil.exe', "a filename= evil.exe"),
        ("map.pdf\0.exe", "map.pdf .exe"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("地图.pdf", "地图.pdf"),
        ("<script>.svg", "script .svg"),
        ("%2e%2e%2fpasswd", "2e 2e 2fpasswd"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_empty_and_too_large_files_are_refused_before_they_are_kept(
    folders: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant = make_variant()
    monkeypatch.setattr("storefront.downloads.services.MAXIMUM_BYTES", 100)
    for body in (b"", b"x" * 101):
        with pytest.raises(FileRefused):
            add_file(variant_id=variant.pk, file=upload(body=body), now=now)
    assert not [file for file in folders.rglob("*") if file.is_file()]


def test_paying_opens_the_files_once_and_asks_for_one_mail(now: datetime) -> None:
    order = make_order(now, goods=(("Map", 900, 2),), is_paid=False)
    variant = ProductVariant.objects.get()
    add_file(variant_id=variant.pk, file=upload(), now=now)
    assert [grant_files(order_id=order.pk, now=now) for _time in range(2)] == [1, 0]
    row = DownloadGrant.objects.get()
    assert (row.downloads_limit, row.expires_at) == (LIMIT * 2, now + timedelta(days=DAYS))
    assert OutboxMessage.objects.filter(task="storefront.downloads.mail_files").count() == 1
    assert mail_files(order_id=order.pk, now=now)
    assert "Trail map.pdf" in mail.outbox[-1].body
    assert row.nonce not in mail.outbox[-1].body


def test_the_mail_says_of_each_file_how_long_it_opens(now: datetime) -> None:
    order = make_order(now, goods=(("Map", 900, 1), ("Guide", 900, 1)), is_paid=False)
    for variant, name, days in zip(
        ProductVariant.objects.order_by("pk"), ("map.pdf", "guide.pdf"), (3, 1), strict=True
    ):
        add_file(variant_id=variant.pk, file=upload(name), now=now)
        set_terms(variant_ids=[variant.pk], days=days, downloads=None)
    grant_files(order_id=order.pk, now=now)
    assert mail_files(order_id=order.pk, now=now + timedelta(minutes=1))
    sent = mail.outbox[-1]
    assert re.findall(r"- (\S+) \(.*, (.*)\)", sent.body) == [("map.pdf", "3 days"), ("guide.pdf", "1 day")]
    assert "They can be loaded down for" not in sent.body
    DownloadGrant.objects.update(expires_at=now + timedelta(days=3))
    assert mail_files(order_id=order.pk, now=now + timedelta(minutes=1))
    assert "They can be loaded down for 3 days." in mail.outbox[-1].body


def test_an_order_that_is_paid_has_its_files(now: datetime) -> None:
    variant = make_variant("Guide", price=500)
    add_file(variant_id=variant.pk, file=upload(), now=now)
    order = make_order(now, is_paid=False)
    order.lines.update(variant=variant, requires_shipping=False)
    mark_paid(order=order, paid_at=now, actor="stripe")
    assert len(list_downloads(order.pk, now=now)) == 2


def test_a_set_opens_the_files_of_its_parts(now: datetime) -> None:
    part, box = make_variant("Guide", stock=None), make_variant("Set", stock=None)
    add_file(variant_id=part.pk, file=upload(), now=now)
    set_parts(variant_id=box.pk, parts=[Part(part.pk, 1)])
    with pytest.raises(FileRefused):
        add_file(variant_id=box.pk, file=upload(), now=now)
    order = make_order(now, goods=(("Other", 1, 1),), is_paid=False)
    order.lines.update(variant=box)
    assert grant_files(order_id=order.pk, now=now) == 1


def test_a_link_sends_the_file_as_an_attachment_and_counts(in_acme: Tenant, client: Client) -> None:
    now = utc_now()  # as the page has it
    order = buy(now)
    url, host = get(order, now), f"{in_acme.slug}.localhost"
    answer = client.get(url, HTTP_HOST=host)
    assert b"".join(answer.streaming_content) == BODY  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="Trail map.pdf"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    part = client.get(url, HTTP_HOST=host, HTTP_RANGE="bytes=10-19")
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 10-19/{len(BODY)}")
    assert b"".join(part.streaming_content) == BODY[10:20]  # type: ignore[attr-defined]
    past = client.get(url, HTTP_HOST=host, HTTP_RANGE=f"bytes={len(BODY)}-")
    assert past.status_code == 416
    assert client.head(url, HTTP_HOST=host).status_code == 204
    with in_tenant(in_acme):
        assert DownloadGrant.objects.get().downloads_count == 1
    assert client.get(url[:-2] + "1/", HTTP_HOST=host).status_code == 404


def test_what_is_over_is_over(now: datetime) -> None:
    order = buy(now)
    row = DownloadGrant.objects.get()
    token = make_token(grant_id=row.pk, nonce=row.nonce)

    def take(at: datetime = now, *, is_start: bool = True) -> None:
        take_download(grant_id=row.pk, token=token, is_start=is_start, now=at)

    take(is_start=False)
    take(now + RESUMABLE - timedelta(seconds=1), is_start=False)
    assert DownloadGrant.objects.get().downloads_count == 1
    take(now + RESUMABLE + timedelta(hours=1), is_start=False)
    assert DownloadGrant.objects.get().downloads_count == 2
    with pytest.raises(DownloadRefused):
        take(now + timedelta(days=DAYS))
    for _left in range(row.downloads_limit - 2):
        take()
    with pytest.raises(DownloadRefused):
        take()
    assert get(order, now) == ""
    assert reset_downloads(order_id=order.pk, now=now) == 1
    with pytest.raises(DownloadNotFound):
        take()
    assert get(order, now)
    revoke_order(order_id=order.pk, now=now)
    assert get(order, now) == ""


@pytest.mark.parametrize("change", [{"status": "canceled"}, {"refunded_amount": 17000}])
def test_an_order_that_is_given_back_opens_nothing(now: datetime, change: dict[str, object]) -> None:
    order = buy(now)
    if "refunded_amount" in change:
        change = {"refunded_amount": order.total_amount}
    Order.objects.filter(pk=order.pk).update(**change)
    assert get(order, now) == ""


def test_the_database_refuses_one_download_too_many(now: datetime) -> None:
    buy(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        DownloadGrant.objects.update(downloads_count=LIMIT * 2 + 1)
    assert io.BytesIO(BODY).read(1) == b"\0"


def test_a_product_says_how_long_and_how_often_its_files_open(now: datetime) -> None:
    order = make_order(now, goods=(("Map", 900, 2),), is_paid=False)
    variant = ProductVariant.objects.get()
    add_file(variant_id=variant.pk, file=upload(), now=now)
    set_terms(variant_ids=[variant.pk], days=3, downloads=1)
    grant_files(order_id=order.pk, now=now)
    row = DownloadGrant.objects.get()
    assert (row.downloads_limit, row.expires_at) == (2, now + timedelta(days=3))
    set_terms(variant_ids=[variant.pk], days=None, downloads=None)
    row.refresh_from_db()
    assert row.expires_at == now + timedelta(days=3)
    assert reset_downloads(order_id=order.pk, now=now) == 1
    row.refresh_from_db()
    assert row.expires_at == now + timedelta(days=DAYS)
    for days, downloads in ((0, None), (3651, None), (None, 0), (None, 1001)):
        with pytest.raises(FileRefused):
            set_terms(variant_ids=[variant.pk], days=days, downloads=downloads)
        with pytest.raises(IntegrityError), transaction.atomic():
            DigitalFile.objects.update(link_days=days, link_downloads=downloads)
