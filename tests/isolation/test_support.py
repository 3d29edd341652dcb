"""Sign in as: what one of the owner's team can reach in a store, and that nothing else is."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from accounts.services import create_user, end_logins
from console.models import SupportAccess
from console.services.support import start_support
from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.orders.models import OrderEvent
from tenants.models import TenantEvent
from tests.console.support import COOKIE, REASON, client_of, login_of, newest, sign_in_as
from tests.fixtures.tenancy import PASSWORD
from tests.isolation.conftest import Room
from tests.isolation.planting import fingerprint
from tests.isolation.routes import TABLE, Door
from tests.isolation.test_replay import address_of, form_of, text_of

WORK = sorted(name for name, place in TABLE.items() if place.door in (Door.WORK, Door.ENTRY))
# What a session sees of the work place, whatever else there is or will be.
OPEN = {
    "dashboard_home", "dashboard_settings", "dashboard_job_tray", "dashboard_job", "dashboard_orders", "dashboard_order",
    "dashboard_customer_orders", "dashboard_products", "dashboard_product", "dashboard_product_new", "dashboard_customers",
    "dashboard_customer", "dashboard_import", "dashboard_import_template", "dashboard_import_run", "dashboard_import_rows",
    "dashboard_recommendations", "dashboard_support", "dashboard_conversation", "dashboard_theme", "dashboard_shipping",
    "dashboard_support_write", "dashboard_domains", "dashboard_domain",
}  # fmt: skip
MUST_BE_CLOSED = ("billing", "payment", "staff", "people", "invit", "member", "password", "passkey", "key", "export", "delete",
                  "enter", "leave", "data_archive", "domain_", "session", "security", "activity", "support_end")  # fmt: skip


@pytest.fixture
def jonas(db: None) -> User:
    return create_user(
        email="jonas@example.com", password=PASSWORD, now=utc_now(), name="Jonas", is_platform_staff=True
    )


def ask(client: Client, room: Room, name: str, method: str) -> Any:
    """Ask for one address of acme with a full form, and take back what it changed."""
    with transaction.atomic():
        data = form_of(room.acme) if method == "post" else {}
        answer = getattr(client, method)(address_of(TABLE[name], name, room.acme), data)
        transaction.set_rollback(True)
    return answer


def is_refused(answer: Any) -> bool:
    return answer.status_code == 403 or (answer.status_code == 405)


def test_looking_opens_the_named_pages_and_no_other(room: Room, jonas: User) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    seen = {name for name in WORK if not is_refused(ask(client, room, name, "get"))}
    assert seen >= OPEN, f"closed by mistake: {sorted(OPEN - seen)}"
    closed = {name for name in WORK if any(word in name for word in MUST_BE_CLOSED)}
    assert not closed & seen, f"open to support: {sorted(closed & seen)}"
    for name in sorted(seen & OPEN):
        answer = ask(client, room, name, "get")
        assert answer.status_code in TABLE[name].get or name == "dashboard_support_write", (name, answer.status_code)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_session_that_looks_changes_nothing_whatever_it_sends(room: Room, jonas: User, method: str) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    before = fingerprint(room.acme.tenant)
    own = {"dashboard_support_write", "dashboard_support_exit"}
    for name in WORK:
        if name in own:
            continue
        data = form_of(room.acme) if method == "post" else {}
        answer = getattr(client, method)(address_of(TABLE[name], name, room.acme), data)
        assert is_refused(answer), (name, answer.status_code)
    assert fingerprint(room.acme.tenant) == before


def test_looking_at_every_page_changes_nothing(room: Room, jonas: User) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    before = fingerprint(room.acme.tenant)
    for name in WORK:
        client.get(address_of(TABLE[name], name, room.acme))
    assert fingerprint(room.acme.tenant) == before


@pytest.mark.guard("support-open-pages", found="dashboard_leave")
def test_a_session_that_may_change_things_reaches_no_closed_deed(room: Room, jonas: User) -> None:
    client = sign_in_as(room.acme.tenant, jonas, may_write=True)
    before = fingerprint(room.acme.tenant)
    opened = []
    for name in WORK:
        if any(word in name for word in MUST_BE_CLOSED) and name != "dashboard_support_exit":
            opened += [(name, method) for method in ("get", "post") if not is_refused(ask(client, room, name, method))]
    assert not opened, "\n".join(f"{method} {name}" for name, method in opened)
    assert fingerprint(room.acme.tenant) == before


@pytest.mark.guard("support-second-switch")
def test_no_form_reaches_its_view_before_changes_were_allowed(
    room: Room, jonas: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = []
    monkeypatch.setattr("core.notes.NoteForm", lambda *_a, **_k: reached.append(1))
    client = sign_in_as(room.acme.tenant, jonas)
    client.post(address_of(TABLE["dashboard_order_note"], "dashboard_order_note", room.acme), {"text": "x"})
    assert not reached


@pytest.mark.guard("support-database-reads")
def test_a_look_that_would_write_is_refused_by_the_database(
    room: Room, jonas: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storefront.catalog.dashboard import list as dashboard

    shown = dashboard.render

    def writing(*args: Any, **kwargs: Any) -> Any:
        Product.objects.update(title="changed by a look")
        return shown(*args, **kwargs)

    monkeypatch.setattr(dashboard, "render", writing)
    client = sign_in_as(room.acme.tenant, jonas)
    answer = client.get("/dashboard/products/")
    with in_tenant(room.acme.tenant):
        assert not Product.objects.filter(title="changed by a look").exists()
    assert answer.status_code == 403
    assert "looking only" in text_of(answer)
    assert client.get("/dashboard/orders/").status_code == 200


def test_with_the_second_switch_a_change_is_made_and_carries_both_names(
    room: Room, jonas: User, caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    address = address_of(TABLE["dashboard_order_note"], "dashboard_order_note", room.acme)
    assert client.post(address, {"text": "first"}).status_code == 403
    assert client.post("/dashboard/support-access/write/", {"reason": " "}).status_code == 422
    assert client.post("/dashboard/support-access/write/", {"reason": "the note is wrong"}).status_code == 302
    with caplog.at_level(logging.INFO):
        assert client.post(address, {"text": "second"}).status_code == 302
    with in_tenant(room.acme.tenant):
        assert OrderEvent.objects.filter(data__text__in=["first", "second"]).count() <= 1
    event = TenantEvent.objects.filter(tenant=room.acme.tenant, type="dashboard_order_note").latest("pk")
    assert (event.user_id, event.support_user_id, event.support_actor) == (
        room.acme.owner.pk,
        jonas.pk,
        "jonas@example.com",
    )
    switch = TenantEvent.objects.get(tenant=room.acme.tenant, type="support.write")
    assert (switch.actor, switch.data["reason"]) == ("jonas@example.com", "the note is wrong")
    kept = newest().requests.values_list("method", "was_refused").order_by("pk")
    assert list(kept) == [("POST", True), ("POST", False), ("POST", False), ("POST", False)]


# ---- whose session it is, and for how long


@pytest.mark.guard("support-ends")
@pytest.mark.parametrize("way", ["time", "staff", "inactive", "login", "member", "target"])
def test_a_session_is_over_at_the_instant_its_time_or_right_is(
    room: Room, jonas: User, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    assert client.get("/dashboard/").status_code == 200
    access = newest()
    if way == "time":
        moments = [access.expires_at - timedelta(microseconds=1), access.expires_at]
        monkeypatch.setattr("console.middleware.support.utc_now", lambda: moments[0])
        assert client.get("/dashboard/").status_code == 200
        monkeypatch.setattr("console.middleware.support.utc_now", lambda: moments[1])
    elif way == "staff":
        User.objects.filter(pk=jonas.pk).update(is_platform_staff=False)
    elif way == "inactive":
        User.objects.filter(pk=jonas.pk).update(is_active=False)
    elif way == "login":
        end_logins(user_id=jonas.pk, now=utc_now())
    elif way == "member":
        room.acme.owner.memberships.filter(tenant=room.acme.tenant).delete()
    else:
        User.objects.filter(pk=room.acme.owner.pk).update(is_active=False)
    answer = client.get("/dashboard/")
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/console/stores/{room.acme.tenant.pk}/?support=ended")
    assert client.cookies[COOKIE].value == ""
    access.refresh_from_db()
    assert access.ended_by == {"time": "time", "login": "logout"}.get(way, "rights")


def test_the_store_puts_support_out_and_the_next_request_finds_nobody(room: Room, jonas: User) -> None:
    client, merchant = sign_in_as(room.acme.tenant, jonas), room.client("merchant of acme")
    page = merchant.get("/dashboard/settings/support-access/")
    assert REASON in text_of(page)
    assert "End now" in text_of(page)
    assert merchant.post(f"/dashboard/settings/support-access/{newest().pk}/end/").status_code == 302
    assert client.get("/dashboard/").status_code == 302
    assert newest().ended_by == "store"
    event = TenantEvent.objects.filter(type="support.ended").latest("pk")
    assert (event.actor, event.support_user_id) == ("acme@example.com", None)


def test_leaving_ends_it_for_good(room: Room, jonas: User) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    secret = client.cookies[COOKIE].value
    assert client.post("/dashboard/support-access/exit/")["Location"].endswith("?support=left")
    assert newest().ended_by == "exit"
    client.cookies[COOKIE] = secret
    assert client.get("/dashboard/").status_code == 302


@pytest.mark.guard("support-of-this-store")
def test_a_session_of_globex_is_a_stranger_at_acme(room: Room, jonas: User) -> None:
    at_home = sign_in_as(room.globex.tenant, jonas)
    abroad = client_of(room.acme.tenant)
    abroad.cookies[COOKIE] = at_home.cookies[COOKIE].value
    answer = abroad.get("/dashboard/orders/")
    assert "/login/?" in answer.headers.get("Location", ""), answer.status_code
    assert at_home.get("/dashboard/orders/").status_code == 200


@pytest.mark.parametrize("secret", ["", "x", "1", "0" * 64, "hash", "%00", "a" * 5000])
def test_a_cookie_that_nobody_gave_opens_nothing(room: Room, jonas: User, secret: str) -> None:
    sign_in_as(room.acme.tenant, jonas)
    client = client_of(room.acme.tenant)
    client.cookies[COOKIE] = newest().session_hash if secret == "hash" else secret
    assert "/login/?" in client.get("/dashboard/")["Location"]


def test_a_session_that_was_never_entered_has_no_cookie_that_opens_it(room: Room, jonas: User) -> None:
    owner = room.acme.owner
    access, token = start_support(
        tenant=room.acme.tenant, staff=jonas, login=login_of(jonas), as_user_id=owner.pk, reason=REASON, now=utc_now()
    )
    client = client_of(room.acme.tenant)
    for secret in (access.session_hash, token, access.pass_hash):
        client.cookies[COOKIE] = secret
        assert "/login/?" in client.get("/dashboard/")["Location"]


@pytest.mark.guard("support-pass-once")
@pytest.mark.parametrize("way", ["twice", "elsewhere", "late", "over", "made up"])
def test_a_pass_opens_one_session_once(room: Room, jonas: User, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    owner = room.acme.owner
    access, token = start_support(
        tenant=room.acme.tenant, staff=jonas, login=login_of(jonas), as_user_id=owner.pk, reason=REASON, now=utc_now()
    )
    client = client_of(room.globex.tenant if way == "elsewhere" else room.acme.tenant)
    if way == "twice":
        assert client_of(room.acme.tenant).get("/dashboard/support-access/enter/", {"token": token}).status_code == 302
    if way == "late":
        monkeypatch.setattr("console.dashboard.utc_now", lambda: access.pass_expires_at)
    if way == "over":
        SupportAccess.objects.update(ended_at=utc_now(), ended_by="console")
    answer = client.get("/dashboard/support-access/enter/", {"token": "x" * 26 if way == "made up" else token})
    assert answer.status_code == 403
    assert COOKIE not in client.cookies


def test_a_session_opens_no_console_and_no_other_log_in(room: Room, jonas: User) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    on_platform = Client(headers={"host": "localhost"})
    on_platform.cookies[COOKIE] = client.cookies[COOKIE].value
    for path in ("/console/", "/console/stores/", "/stores/"):
        assert on_platform.get(path)["Location"].startswith("/login/")
    answer = on_platform.post(f"/console/stores/{room.globex.tenant.pk}/sign-in-as/", {"reason": "x"})
    assert answer["Location"].startswith("/login/")
    assert client.get("/dashboard/enter/?token=x").status_code == 403
    assert client.get("/console/").status_code == 404


def test_a_session_knows_less_of_the_person_than_the_person(room: Room, jonas: User) -> None:
    """Someone whose role is small lends no more than that role."""
    Member = room.acme.owner.memberships.model  # noqa: N806
    clerk = create_user(email="clerk@example.com", password=PASSWORD, now=utc_now())
    Member.objects.create(user=clerk, tenant=room.acme.tenant, role="analyst", created_at=utc_now())
    client = sign_in_as(room.acme.tenant, jonas, email="clerk@example.com", may_write=True)
    assert client.get("/dashboard/products/").status_code == 200
    assert client.get("/dashboard/orders/").status_code == 403


def test_the_requests_of_a_session_are_kept(room: Room, jonas: User, now: datetime) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    client.get("/dashboard/orders/")
    client.get("/dashboard/settings/billing/")
    rows = newest().requests.values_list("method", "path", "status", "was_refused").order_by("pk")
    assert list(rows) == [
        ("GET", "/dashboard/orders/", 200, False),
        ("GET", "/dashboard/settings/billing/", 403, True),
    ]


def test_a_page_is_kept_however_it_was_asked_for_and_what_asks_by_itself_is_not(room: Room, jonas: User) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    htmx = {"HX-Request": "true"}
    client.get("/dashboard/orders/", headers=htmx)
    client.get("/dashboard/jobs/", headers=htmx)
    assert list(newest().requests.values_list("path", flat=True)) == ["/dashboard/orders/"]


# ---- on the storefront


def test_the_storefront_is_seen_as_by_a_stranger_below_the_bar(room: Room, jonas: User) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    for path in ("/", "/products/", "/cart/", "/search/?q=x", "/nothing-here/"):
        answer = client.get(path)
        assert "you see the shop as a stranger does, 30 minutes left" in text_of(answer), path
        assert 'action="/dashboard/support-access/exit/"' in answer.content.decode(), path
        assert answer["Cache-Control"] == "no-store", path
    assert client.get("/account/").status_code == 302
    assert not newest().requests.exists()
    shopper = client_of(room.acme.tenant).get("/")
    assert "Support session" not in text_of(shopper)


def test_the_bar_leads_out_in_every_language_of_the_storefront(room: Room, jonas: User) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    assert 'action="/dashboard/support-access/exit/"' in client.get("/zh-hans/").content.decode()
    assert client.get("/zh-hans/dashboard/orders/").status_code == 302


@pytest.mark.guard("support-buys-nothing")
def test_nothing_of_the_storefront_is_sent_during_a_session(room: Room, jonas: User) -> None:
    client, before = sign_in_as(room.acme.tenant, jonas), fingerprint(room.acme.tenant)
    form = {"variant_id": room.acme.pk("catalog.ProductVariant"), "quantity": 1}
    for prefix in ("", "/zh-hans"):
        answer = client.post(f"{prefix}/cart/add/", form)
        assert answer.status_code == 403, answer.status_code
    assert client.post("/e", '{"kind": "view", "path": "/"}', content_type="application/json").status_code == 204
    assert fingerprint(room.acme.tenant) == before
    assert list(newest().requests.values_list("method", "path", "was_refused")) == [("POST", "/cart/add/", True)] * 2


def test_once_it_is_over_the_storefront_is_an_ordinary_one(room: Room, jonas: User) -> None:
    client = sign_in_as(room.acme.tenant, jonas)
    SupportAccess.objects.update(ended_at=utc_now(), ended_by="store")
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Support session" not in text_of(answer)
    assert client.cookies[COOKIE].value == ""
