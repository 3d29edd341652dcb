"""Everybody knocks at every door of acme, with acme's addresses and with globex's: nothing of globex comes out."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse, set_script_prefix

from core.tenancy import in_tenant
from tests.isolation.conftest import PEOPLE, THEIR_WORD, Room
from tests.isolation.planting import PICTURE, Planted, fingerprint, store_models
from tests.isolation.routes import TABLE, Door, Place, argument, route_names
from tests.isolation.watching import Watch

WORKERS = ("merchant of acme", "merchant and shopper of acme")
SHOPPERS = ("shopper of acme", "merchant and shopper of acme")
SIGNED_IN = ("shopper of acme", "merchant of acme", "merchant of globex")
# Words that every store has in its addresses.
COMMON = {"discount_kind", "kind", "mail_kind", "place", "policy", "sitemap", "tag", "way_kind"}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
# A view asks whether something is looked at or changed: one of each kind of people knocks with every verb.
ASK_AND_SEND = ("get", "post")
WITH_EVERY_VERB = ("anonymous", "shopper of acme", "merchant of acme")


def test_every_address_of_a_store_has_its_place_in_the_table() -> None:
    names = list(route_names())
    assert sorted(names) == sorted(set(names))
    assert set(names) == set(TABLE)


def test_every_kind_of_row_is_planted_in_both_stores(room: Room) -> None:
    """Rows whose texts are all too short, or made elsewhere, are named here."""
    wordless = {
        "catalog.CollectionProduct", "search.SearchDocument", "inventory.Stock", "inventory.Reservation", "carts.Cart",
        "carts.CartLine", "orders.OrderNumbers", "orders.FulfillmentLine", "shipping.ShippingMethod", "merchant.DailySales",
        "merchant.DailyVisits", "merchant.RollupState", "interactions.Interaction", "serving.ActiveModel",
        "serving.TrendingProducts", "serving.CustomerRecommendation", "serving.ProductRecommendation",
        "checkout.ApiIdempotencyKey", "catalog.ProductImage", "catalog.BundleItem", "catalog.PriceList",
        "catalog.ListPrice", "customers.DataExport", "wishlists.Wishlist", "inventory.InventorySettings",
        "wishlists.SavedItem", "discounts.DiscountUse", "credits.StoreCredit", "credits.Tender", "taxes.TaxSettings",
        "taxes.TaxRegion", "returns.WithdrawalTerms", "returns.ReturnLine", "payments.RefundLine", "payments.Comparison",
        "shipping.ShippingSettings", "shipping.ShippingBand",
        "recovery.RecoverySettings", "recovery.CartReturn",
    }  # fmt: skip
    for planted in (room.acme, room.globex):
        with in_tenant(planted.tenant):
            for model in store_models():
                rows = list(model._default_manager.values())
                assert rows, model._meta.label
                assert model._meta.label in wordless or planted.word in str(rows), model._meta.label


@pytest.mark.parametrize("who", PEOPLE)
def test_no_door_of_acme_shows_or_changes_anything_of_globex(room: Room, who: str) -> None:
    client = room.client(who)
    before = fingerprint(room.globex.tenant)
    nothing(replay(room, who, client=client, methods=METHODS if who in WITH_EVERY_VERB else ASK_AND_SEND))
    assert fingerprint(room.globex.tenant) == before


@pytest.mark.parametrize("who", ["anonymous", "merchant of globex"])
def test_a_language_in_the_address_opens_no_other_door(room: Room, who: str) -> None:
    nothing(replay(room, who, methods=("get", "post"), prefix="/zh-hans"))


def test_acmes_own_pages_show_what_was_planted(room: Room) -> None:
    """The control of the planting: a page that shows nothing of its own store would show nothing of another's either."""
    shown = {
        "anonymous": {"home", "products", "product", "collection", "search", "search_suggest", "page", "post", "blog", "order",
                      "draft_pay",
                      "conversation", "media_own", "api_products", "api_product", "api_order"},
        "shopper of acme": {"account", "account_orders", "account_details", "account_addresses", "account_address", "cart"},
        "merchant of acme": {"dashboard_home", "dashboard_settings", "dashboard_job_tray", "dashboard_job", "dashboard_orders",
                             "dashboard_order", "dashboard_products", "dashboard_product", "dashboard_customers",
                             "dashboard_customer", "dashboard_customer_orders", "dashboard_import", "dashboard_import_run",
                             "dashboard_import_rows", "dashboard_recommendations", "dashboard_support",
                             "dashboard_conversation", "dashboard_theme", "dashboard_shipping"},
    }  # fmt: skip
    silent = []
    for who, names in shown.items():
        client = room.client(who)
        for name in sorted(names):
            address = f"/media/{PICTURE}" if name == "media_own" else address_of(TABLE[name], name, room.acme)
            with transaction.atomic():
                answer = client.get(address, {"q": room.acme.word} if name.startswith("search") else {})
                transaction.set_rollback(True)
            if room.acme.word not in text_of(answer):
                silent.append((who, name, answer.status_code))
    assert not silent, "\n".join(map(str, silent))


# ---- the guards, each with the arm that goes red without it; everybody at every door, above, is the arm with all guards on

EVERY_DOOR = "test_no_door_of_acme_shows_or_changes_anything_of_globex"


@pytest.mark.guard(
    "membership", found=r"dashboard_\w+: merchant of globex got 200 behind the door of work", seen_by=EVERY_DOOR
)
def test_a_merchant_of_another_store_passes_no_door_of_work(room: Room) -> None:
    nothing(replay(room, "merchant of globex", methods=("get",)))


@pytest.mark.guard("store-of-the-host", found="GET home: anonymous got 200 and it leaks", seen_by=EVERY_DOOR)
def test_acmes_host_shows_nothing_of_globex(room: Room) -> None:
    nothing(replay(room, "anonymous", methods=("get",)))


@pytest.mark.guard("store-of-the-host", found="wrote into globex", seen_by=EVERY_DOOR)
def test_what_is_sent_to_acmes_host_is_written_in_no_other_store(room: Room) -> None:
    nothing(line for line in replay(room, "anonymous", methods=("post",)) if "wrote into" in line)


@pytest.mark.guard("claims-of-this-store", found="changed what the platform knows of globex", seen_by=EVERY_DOOR)
def test_what_a_merchant_sends_to_acmes_host_changes_no_row_of_the_platform_about_globex(room: Room) -> None:
    claims = {name: place for name, place in TABLE.items() if name.startswith("dashboard_domain")}
    found = replay(room, "merchant of acme", methods=("post",), table=claims)
    nothing(line for line in found if "the platform knows" in line)


@pytest.mark.guard("job-of-this-store", found="GET dashboard_(home|job): .*leaks", seen_by=EVERY_DOOR)
def test_the_work_place_shows_no_job_of_globex(room: Room) -> None:
    nothing(replay(room, "merchant of acme", methods=("get",)))


# ---- CSRF


@pytest.mark.parametrize("who", SIGNED_IN)
def test_nothing_is_written_for_a_session_without_its_csrf_token(room: Room, who: str) -> None:
    client = room.client(who)
    client.handler.enforce_csrf_checks = True
    before, passed = fingerprint(room.acme.tenant), []
    for name, place in TABLE.items():
        if not place.is_csrf_checked:
            continue
        for method in ("post", "put", "delete"):
            status = getattr(client, method)(address_of(place, name, room.acme), form_of(room.acme)).status_code
            is_stranger = place.door is Door.WORK and who == "shopper of acme"
            if status != (302 if is_stranger else 403):
                passed.append((name, method, status))
    assert not passed, "\n".join(map(str, passed))
    assert fingerprint(room.acme.tenant) == before


def test_addresses_without_a_csrf_check_take_no_session_for_an_answer(room: Room) -> None:
    """The API and the beacon may be called from elsewhere because who is signed in makes no difference to them."""
    for name, place in TABLE.items():
        if place.is_csrf_checked or name == "beacon":
            continue
        answers = set()
        for who in ("anonymous", "shopper of acme", "merchant of acme"):
            answer = room.client(who).get(address_of(place, name, room.acme), {"product": "only-at-acme"})
            # Forms that stand on every page have a token of the session's; what they lead to asks for it.
            answers.add((answer.status_code, re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.content)))
        assert len(answers) == 1, name


# ---- knocking


def nothing(found: Iterator[str], most: int = 10) -> None:
    """Fail with the first findings."""
    first = list(islice(found, most))
    assert not first, "\n".join(first)


Judge = Callable[[HttpResponse, str, Place, str, Planted, Room], Iterator[str]]


def replay(
    room: Room, who: str, *, client: Client | None = None, methods: tuple[str, ...] = METHODS, prefix: str = "",
    with_theirs: tuple[str, ...] = METHODS, table: dict[str, Place] = TABLE, judged_by: "Judge | None" = None,
) -> Iterator[str]:  # fmt: skip
    """Knock at every door, with the things of both stores, and yield in words whatever should not have been answered so.

    `with_theirs` are the methods, of `methods`, that are tried with globex's things too.
    """
    client = client or room.client(who)
    cookies = client.cookies.output(header="", sep=";")
    watch = Watch(room.globex.tenant)
    for name, place in table.items():
        for planted in (room.acme, room.globex):
            for method in (one for one in methods if planted is room.acme or one in with_theirs):
                client.cookies.clear()
                client.cookies.load(cookies)
                with transaction.atomic():
                    answer = knock(client, method, prefix + address_of(place, name, planted), room, planted)
                    found = [*(judged_by or judge)(answer, who, place, method, planted, room), *watch.look(who)]
                    transaction.set_rollback(True)
                yield from (f"{method.upper()} {name}: {said}" for said in found)


def knock(client: Client, method: str, address: str, room: Room, planted: Planted) -> HttpResponse:
    form = form_of(planted)
    if method in ("get", "head"):
        return getattr(client, method)(address, form)  # type: ignore[no-any-return]
    if "/api/" in address:
        return getattr(client, method)(address, form, content_type="application/json")  # type: ignore[no-any-return]
    return getattr(client, method)(address, form)  # type: ignore[no-any-return]


def judge(answer: HttpResponse, who: str, place: Place, method: str, planted: Planted, room: Room) -> Iterator[str]:
    status, is_theirs = answer.status_code, planted is room.globex
    if THEIR_WORD in text_of(answer) or THEIR_WORD in str(answer.headers):
        yield f"{who} got {status} and it leaks the word of globex"
    if status >= 500:
        yield f"{who} got {status}"
    told = _judge_stranger(answer, who, place) or _judge_guest(who, place, method, status, is_theirs=is_theirs)
    if told:
        yield told


def _judge_stranger(answer: HttpResponse, who: str, place: Place) -> str:
    """Say what is wrong with the answer to somebody who may not pass this door."""
    status, target = answer.status_code, answer.headers.get("Location", "")
    if place.door is Door.WORK and who not in WORKERS:
        is_right = status == 403 or (status == 302 and "/login/?" in target)
    elif place.door is Door.ACCOUNT and who not in SHOPPERS:
        is_right = status == 405 or (status == 302 and "/account/login/" in target)
    elif place.door is Door.ENTRY:
        is_right = status in (403, 405)
    else:
        is_right = True
    return "" if is_right else f"{who} got {status} behind the door of {place.door.value}"


def _judge_guest(who: str, place: Place, method: str, status: int, *, is_theirs: bool) -> str:
    """Say what is wrong with the answer to somebody who may: acme's things are here, globex's are not."""
    if _may_not_pass(who, place) or _says_nothing(place, method, status):
        return ""
    if is_theirs and place.fill and not set(place.fill.values()) <= COMMON:
        return "" if status in (403, 404, 405) else f"{who} got {status} with an address of globex"
    return f"{who} got {status}, not {place.get}" if method == "get" and status not in place.get else ""


def _may_not_pass(who: str, place: Place) -> bool:
    allowed = {Door.WORK: WORKERS, Door.ACCOUNT: SHOPPERS, Door.ENTRY: ()}
    return place.door in allowed and who not in allowed[place.door]


def _says_nothing(place: Place, method: str, status: int) -> bool:
    """A sign-in link's page has only a button; it is the pressing that tells a good link from a bad one."""
    if method == "options":  # what an address may be asked says nothing of what is there
        return status == 200
    if "media" in place.fill.values():
        return status == 404
    if place.is_quiet:
        return status == 302
    if place.fill == {"token": "cart"}:  # what was sent is looked at before the cart
        return status == 422
    return place.fill == {"token": "link"} and method in ("get", "head") and status == 200


def address_of(place: Place, name: str, planted: Planted) -> str:
    set_script_prefix("/")
    return reverse(
        name,
        urlconf="shopstead.urls_store",
        kwargs={key: argument(planted, source) for key, source in place.fill.items()},
    )


def form_of(planted: Planted) -> dict[str, Any]:
    """Return every name that a form or an address of the store reads, filled with this store's things."""
    order, product = planted.pk("orders.Order"), planted.pk("catalog.Product")
    return {
        "variant_id": planted.pk("catalog.ProductVariant"), "quantity": 1, "line": planted.pk("carts.CartLine"),
        "action": "remove", "order": planted.secrets["order"], "key": "x", "session_id": f"cs_test_{planted.tenant.slug}",
        "pick": order, "ids": f"{order},{product},{planted.pk('orders.Fulfillment')}", "product_id": product,
        "customer_id": planted.pk("customers.Customer"), "token": planted.secrets["link"], "variant": product,
        "collection": f"only-at-{planted.tenant.slug}", "email": "nobody@example.com", "name": "Nobody", "subject": "Hello",
        "body": "A question about what I bought here.", "order_number": f"#{planted.tenant.slug}", "label": "delivery",
        "status": "archived", "do": f"remove:{planted.pk('catalog.ProductImage')}", "text": "A note", "language": "en",
        "opened": planted.pk("support.Conversation"), "next": "//evil.example.com", "password": "a long enough passphrase",
        "way": "password", "view": "all", "product": f"only-at-{planted.tenant.slug}",
    }  # fmt: skip


def text_of(answer: HttpResponse) -> str:
    if answer.streaming:
        return b"".join(answer.streaming_content).decode(errors="replace")  # type: ignore[attr-defined]
    return answer.content.decode(errors="replace")
