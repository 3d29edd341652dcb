"""What no shopper and no merchant means to send: a clear message, a 4xx, and nothing changed."""

import io
import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from core.tenancy import in_tenant
from storefront.carts.models import CartLine
from storefront.catalog.models import Product
from tenants.models import Tenant
from tests.isolation.conftest import Room
from tests.isolation.planting import fingerprint
from tests.isolation.routes import TABLE, Door
from tests.isolation.test_replay import address_of

StoreClient = Callable[[Tenant], Client]
CART = "/api/storefront/v1/carts"
NOT_QUANTITIES = [
    "0",
    "-1",
    "1000000000",
    "9" * 5000,
    "1.5",
    "1e3",
    "٣",
    "１",
    "²",
    "½",
    "Ⅷ",
    "+2",
    "0x2",
    "NaN",
    "\x002",
    "",
    " ",
]
NOT_JSON_QUANTITIES = [0, -1, 10**9, 10**30, 1.5, "1e3", "1.5", "٣", "１", "", None, True, [], {}, [1], {"a": 1}]


# ---- quantities


def test_the_cart_refuses_what_is_no_quantity(room: Room, subtests: pytest.Subtests) -> None:
    for quantity in NOT_QUANTITIES:
        with subtests.test(quantity=quantity):
            before = fingerprint(room.acme.tenant)
            form = {"variant_id": room.acme.pk("catalog.ProductVariant"), "quantity": quantity}
            answer = room.client("anonymous").post("/cart/add/", form)
            assert answer.status_code == 422
            assert "Choose a whole number from 1 to 9999." in answer.content.decode()
            assert fingerprint(room.acme.tenant) == before


def test_the_cart_api_refuses_what_is_no_quantity(room: Room, subtests: pytest.Subtests) -> None:
    for quantity in NOT_JSON_QUANTITIES:
        with subtests.test(quantity=quantity):
            before = fingerprint(room.acme.tenant)
            body = json.dumps({"variant_id": room.acme.pk("catalog.ProductVariant"), "quantity": quantity})
            lines = f"{CART}/{room.acme.secrets['cart']}/lines"
            answer = room.client("anonymous").post(lines, body, content_type="application/json")
            assert answer.status_code == 422
            assert answer["Content-Type"] == "application/problem+json"
            assert {error["pointer"] for error in answer.json()["errors"]} == {"/quantity"}
            assert fingerprint(room.acme.tenant) == before


def test_the_cart_refuses_a_thing_that_is_not_sold(room: Room, subtests: pytest.Subtests) -> None:
    for variant_id in ("0", "-1", "9" * 18, "9" * 5000, "1.5", "٣", "x", "\x00", ""):
        with subtests.test(variant_id=variant_id):
            answer = room.client("anonymous").post("/cart/add/", {"variant_id": variant_id, "quantity": "1"})
            assert answer.status_code in (404, 409, 422)
            with in_tenant(room.acme.tenant):
                assert CartLine.objects.count() == 1


def test_the_cart_api_refuses_what_is_no_object(room: Room, subtests: pytest.Subtests) -> None:
    for body in ("", "{", "[]", "null", "1", '"x"', "[" * 5000, '{"variant_id": {}}', "\x00", "é"):
        with subtests.test(body=body):
            lines = f"{CART}/{room.acme.secrets['cart']}/lines"
            answer = room.client("anonymous").post(lines, body, content_type="application/json")
            assert answer.status_code in (400, 422)
            assert answer["Content-Type"] == "application/problem+json"
            with in_tenant(room.acme.tenant):
                assert CartLine.objects.count() == 1


# ---- store addresses, hosts

HOSTILE_SLUGS = ["..", "a/b", "a b", "-ab-", "xn--80ak6aa92e", "admin", "WWW", "acmé", "аcme", "a" * 61, "\x00acme", "a'; DROP",
                 "<script>", "%s%s", "acme", "public", "a_b", "ab", "acme\u202e"]  # fmt: skip


@pytest.mark.parametrize("slug", HOSTILE_SLUGS)
def test_a_hostile_store_address_is_refused_by_its_field_and_makes_no_store(
    platform_client: Client, acme: Tenant, slug: str
) -> None:
    before = Tenant.objects.count()
    form = {
        "email": "new@example.com",
        "password": "a long enough passphrase",
        "name": "New",
        "slug": slug,
        "country": "US",
    }
    answer = platform_client.post("/signup/", form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["slug"]
    assert Tenant.objects.count() == before
    asked = platform_client.get("/signup/address/", {"slug": slug})
    assert asked.status_code == 200
    assert asked.json()["free"] is False


@pytest.mark.parametrize(
    "path", ["/", "/dashboard/", "/cart/add/", "/webhooks/stripe/", "/api/storefront/v1/carts", "/console/"]
)
def test_an_unknown_host_is_404_for_every_method_and_says_nothing(acme: Tenant, path: str) -> None:
    client = Client(headers={"host": "nobody.localhost"})
    for method in ("get", "post", "put", "delete", "options"):
        answer = getattr(client, method)(path)
        assert answer.status_code == 404
        assert "Acme" not in answer.content.decode()
        assert not answer.cookies


# ---- what a merchant sends


@pytest.mark.parametrize(
    "price", ["12.345", "-1", "1e3", "12,34,5", "NaN", "Infinity", "９.９９", "9" * 40, "", "twelve", "0x10"]
)
def test_a_price_that_is_none_is_refused_by_its_field(merchant_client: Client, acme: Tenant, price: str) -> None:
    with in_tenant(acme):
        before = Product.objects.count()
    answer = merchant_client.post("/dashboard/products/new/", {"title": "Mug", "price": price})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["price"]
    with in_tenant(acme):
        assert Product.objects.count() == before


NOT_PICTURES = {
    "text": b"not a picture",
    "empty": b"",
    "half a PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\x00\x00\x00",
    "markup": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a page": b"GIF89a<script>alert(1)</script>",
    "an archive": b"PK\x03\x04" + b"\0" * 100,
}


def test_an_image_that_is_none_is_refused_and_nothing_is_kept(
    room: Room, settings: Any, subtests: pytest.Subtests
) -> None:
    for case, page in product(NOT_PICTURES, ("/dashboard/products/new/", "/dashboard/theme/")):
        with subtests.test(case=case, page=page):
            client = room.client("merchant of acme")
            before, files = fingerprint(room.acme.tenant), sorted(settings.MEDIA_ROOT.rglob("*"))
            file = SimpleUploadedFile("mug.png", NOT_PICTURES[case], "image/png")
            form = {
                "title": "Mug",
                "price": "1",
                "pictures": file,
                "look-logo-file": file,
            }
            answer = client.post(page, form)
            assert answer.status_code == 422
            assert b'class="note bad form-errors"' in answer.content
            assert sorted(settings.MEDIA_ROOT.rglob("*")) == files
            assert fingerprint(room.acme.tenant) == before


# ---- bodies that are too large


class Counted(io.BytesIO):
    """A body of any size that remembers how much of it was asked for at once, and in all."""

    taken, largest = 0, 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size >= 0, "all of the body was asked for"
        self.taken, self.largest = self.taken + size, max(self.largest, size)
        return b"x" * size


TWO_HUNDRED_MB = 200 * 1024 * 1024
FOR_SHOPPERS = ["/", "/cart/add/", "/support/", "/account/login/", "/checkout/", "/e", "/api/storefront/v1/carts"]
FOR_MERCHANTS = [
    "/dashboard/products/new/",
    "/dashboard/theme/",
    "/dashboard/orders/bulk/",
    "/dashboard/import/",
]
TYPES = ["multipart/form-data; boundary=x", "application/json", "application/x-www-form-urlencoded"]


def test_200_mb_are_refused_by_their_announced_size_and_never_kept(room: Room, subtests: pytest.Subtests) -> None:
    """A merchant's browser may finish sending, in small blocks that are thrown away; a shopper's is not listened to."""
    for path, content_type in product([*FOR_SHOPPERS, *FOR_MERCHANTS], TYPES):
        with subtests.test(path=path, content_type=content_type):
            client, body = room.client("merchant of acme"), Counted()
            client.handler.enforce_csrf_checks = True
            before = fingerprint(room.acme.tenant)
            answer = client.post(
                path, **{"CONTENT_LENGTH": str(TWO_HUNDRED_MB), "wsgi.input": body, "CONTENT_TYPE": content_type}
            )  # type: ignore[arg-type]
            assert answer.status_code == 413
            assert "200 MB" in answer.content.decode()
            assert body.taken <= (TWO_HUNDRED_MB if path in FOR_MERCHANTS else 0)
            assert body.largest <= 1024 * 1024
            assert fingerprint(room.acme.tenant) == before


def test_without_the_look_at_the_announced_size_the_body_would_be_read(room: Room, settings: Any) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("InputMiddleware")]
    client, body = room.client("anonymous"), Counted()
    client.handler.enforce_csrf_checks = True
    client.cookies["shopstead_csrf"] = "x" * 32
    client.post("/cart/add/", **{"CONTENT_LENGTH": "9000000", "wsgi.input": body, "CONTENT_TYPE": TYPES[0]})  # type: ignore[arg-type]
    assert body.taken > 0


def test_an_announced_size_that_is_none_is_no_500(room: Room, subtests: pytest.Subtests) -> None:
    for size in ("-1", "x", "", "٣", "1e9"):
        with subtests.test(size=size):
            for path in ("/cart/add/", "/dashboard/import/"):
                answer = room.client("merchant of acme").post(path, CONTENT_LENGTH=size)
                assert answer.status_code < 500, path


@pytest.mark.parametrize(
    "path",
    [
        "/internal/domain-ok?domain=%00",
        "/signup/address/?slug=%00",
        "/signup/address/?name=%00",
        "/login/?store=%00&next=%00",
        "/signup/%00/",
        "/stores/%00/enter/",
        "/pricing/?plan=%00",
    ],
)
def test_the_platforms_pages_bear_a_zero_byte(platform_client: Client, path: str) -> None:
    assert platform_client.get(path).status_code < 500


def test_an_error_that_no_page_catches_is_shown_in_its_words(room: Room) -> None:
    answer = room.client("merchant of acme").get("/dashboard/jobs/nothing/")
    assert answer.status_code == 404
    assert "There is no such job." in answer.content.decode()


# ---- letters that no database takes, numbers that no column holds


NAMES = ("q", "page", "sort", "view", "variant", "collection", "order", "session_id", "next", "token", "key", "ids", "pick",
         "variant_id", "quantity", "line", "email", "name", "subject", "body", "order_number", "label", "status", "do", "text",
         "limit", "cursor", "for", "product", "slot", "slug", "title", "price", "reason", "carrier", "tracking_number",
         "language", "opened", "back", "kind", "plan", "price_id", "password", "way", "action", "country", "shipping_method",
         "time_zone", "contact_email", "accent", "part", "available", "tag", "min_price", "max_price")  # fmt: skip


@pytest.mark.parametrize("who", ["anonymous", "shopper of acme", "merchant of acme"])
def test_odd_letters_in_addresses_and_forms_are_never_a_500(room: Room, who: str, subtests: pytest.Subtests) -> None:
    for text in ("\x00", "a\x00b", "\xed\xa0\x80", "%", "'", "9" * 5000, "٣"):
        with subtests.test(text=text), transaction.atomic():
            everything, failed = dict.fromkeys(NAMES, text), []
            client = room.client(who)
            cookies = client.cookies.output(header="", sep=";")
            for name, place in TABLE.items():
                if (who == "anonymous") is (place.door in (Door.WORK, Door.ACCOUNT)):
                    continue
                for method in ("get", "post"):
                    client.cookies.clear()
                    client.cookies.load(cookies)
                    address = address_of(place, name, room.acme)
                    status = getattr(client, method)(address, everything).status_code
                    if status >= 500:
                        failed.append(f"{method.upper()} {name}: {status}")
            transaction.set_rollback(True)
            assert not failed, "\n".join(failed)


def test_odd_addresses_are_404(room: Room, subtests: pytest.Subtests) -> None:
    for text in ("%00", "a%00b", "%ff%fe", "%ED%A0%80", "9" * 4000, "..%2f..%2f", "%F0%9F%98%80", "-1", "9" * 25):
        with subtests.test(text=text):
            failed = []
            for path in ("products", "collections", "pages", "orders", "support", "account/link", "media", "account/addresses",
                         "api/storefront/v1/products", "api/storefront/v1/carts", "api/storefront/v1/orders"):  # fmt: skip
                client = room.client("shopper of acme")
                address = f"/{path}/{text}" + ("" if path.startswith(("api", "media")) else "/")
                status = client.get(address).status_code
                if status not in (302, 400, 404) and not (path == "account/link" and status == 200):
                    failed.append(f"{address[:60]}: {status}")
            for path in ("orders", "products", "customers", "support", "jobs", "import"):
                status = room.client("merchant of acme").get(f"/dashboard/{path}/{text}/").status_code
                if status not in (400, 404):
                    failed.append(f"/dashboard/{path}/{text[:20]}: {status}")
            assert not failed, "\n".join(failed)
