"""What is secret in globex opens nothing in acme: addresses, cookies, cache, files, tasks."""

import inspect
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from celery import current_app
from django.core.cache import cache
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.test import Client

from accounts.services import create_handoff
from core.clock import utc_now
from core.tasks import SCHEMA_HEADER, TenantTask
from core.tenancy import NoTenant, current_schema, in_tenant
from storefront.customers.models import CustomerLoginLink
from storefront.support.selectors import reading_key
from tenants.archive.services.ledger import hash_subject
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.fixtures.people import sign_in
from tests.isolation.conftest import OUR_WORD, THEIR_WORD, Room, shopper_session
from tests.isolation.planting import PICTURE, Planted, fingerprint


def on(tenant: Tenant) -> Client:
    return Client(headers={"host": default_host(tenant.slug)})


def addresses(planted: Planted) -> list[str]:
    """Return every address of the store that is a secret."""
    job = planted.rows["jobs.Job"].token
    return [
        f"/orders/{planted.secrets['order']}/",
        f"/support/{planted.secrets['conversation']}/",
        f"/api/storefront/v1/carts/{planted.secrets['cart']}",
        f"/api/storefront/v1/orders/{planted.secrets['order']}",
        f"/dashboard/jobs/{job}/",
        f"/dashboard/import/{job}/",
        f"/dashboard/import/{job}/rows/",
        f"/media/{planted.secrets['file']}",
    ]


@pytest.fixture
def merchants(room: Room) -> tuple[Client, Client]:
    """The owner of acme on acme's host, and the owner of globex on globex's, each with a picture only they have."""
    for planted in (room.acme, room.globex):
        with in_tenant(planted.tenant):
            planted.secrets["file"] = default_storage.save(f"products/{planted.word}.webp", ContentFile(b"x"))
    both = [sign_in(on(planted.tenant), planted.tenant, planted.owner) for planted in (room.acme, room.globex)]
    return both[0], both[1]


def test_a_secret_address_opens_in_its_own_store_and_nowhere_else(room: Room, merchants: tuple[Client, Client]) -> None:
    ours, theirs = merchants
    for address in addresses(room.globex):
        assert theirs.get(address).status_code == 200, address
        assert ours.get(address).status_code == 404, address
    for address in addresses(room.acme):
        assert ours.get(address).status_code == 200, address
        assert theirs.get(address).status_code == 404, address


@pytest.mark.guard("job-of-this-store", found="tells")
def test_an_address_of_another_store_is_answered_like_one_that_nobody_has(
    room: Room, merchants: tuple[Client, Client]
) -> None:
    """The same status and the same words, so that a secret cannot be told from a made-up one."""
    ours, _theirs = merchants
    for address in addresses(room.globex):
        made_up = re.sub(r"[a-z0-9]{20,}", lambda secret: secret.group()[::-1], address).replace(THEIR_WORD, "nothing")
        assert made_up != address
        told, expected = [plain_words(ours.get(one), one) for one in (address, made_up)]
        assert told == expected, f"{address} tells that it is somewhere: {told[0]}, not {expected[0]}"


def plain_words(answer: Any, address: str) -> tuple[int, str]:
    """Return the answer without what each request has of its own: its address, nonce, token and number."""
    text = re.sub(r'(nonce|value|content|X-CSRFToken)(="|": ")[^"]{20,}"', "", answer.content.decode())
    return answer.status_code, re.sub(r"[0-9a-f]{16,}", "", text.replace(address, ""))


@pytest.mark.parametrize(
    "way", ["../{schema}/{name}", "x/../../{schema}/{name}", "%2e%2e/{schema}/{name}", "..%2f{schema}%2f{name}",
            "..\\{schema}\\{name}", "/{root}/{schema}/{name}", "//{root}/{schema}/{name}", "%00../{schema}/{name}"]
)  # fmt: skip
def test_no_path_leads_from_one_stores_files_into_anothers(room: Room, way: str, settings: Any) -> None:
    path = way.format(schema=room.globex.tenant.schema_name, name=PICTURE, root=settings.MEDIA_ROOT)
    answer = on(room.acme.tenant).get(f"/media/{path}")
    assert answer.status_code == 404
    own = on(room.acme.tenant).get(f"/media/{PICTURE}")
    assert b"".join(own.streaming_content) == OUR_WORD.encode()  # type: ignore[attr-defined]


def test_a_sign_in_link_of_one_store_signs_nobody_in_at_another(room: Room) -> None:
    address = f"/account/link/{room.globex.secrets['link']}/"
    stranger = on(room.acme.tenant)
    answer = stranger.post(address)
    assert answer.status_code == 403
    assert stranger.get("/account/").status_code == 302
    with in_tenant(room.globex.tenant):
        assert CustomerLoginLink.objects.get().used_at is None
    own = on(room.globex.tenant)
    assert own.post(address).status_code == 302
    assert own.get("/account/").status_code == 200


def test_a_link_copied_into_another_stores_table_is_still_refused(room: Room) -> None:
    """The token is made with the store's schema, so even the row alone would not be enough to make one."""
    with in_tenant(room.globex.tenant):
        link = CustomerLoginLink.objects.get()
    with in_tenant(room.acme.tenant):
        assert reading_key(room.globex.rows["support.Conversation"]) != _key_at_home(room)
        assert not CustomerLoginLink.objects.filter(token_hash=link.token_hash).exists()


def _key_at_home(room: Room) -> str:
    with in_tenant(room.globex.tenant):
        return reading_key(room.globex.rows["support.Conversation"])


def test_a_pass_into_one_dashboard_opens_no_other(room: Room) -> None:
    token = create_handoff(user=room.globex.owner, tenant_id=room.globex.tenant.pk, now=utc_now())
    refused = on(room.acme.tenant)
    assert refused.get(f"/dashboard/enter/?token={token}").status_code == 403
    assert refused.get("/dashboard/").status_code == 302
    assert on(room.globex.tenant).get(f"/dashboard/enter/?token={token}").status_code == 302


def test_a_shoppers_cookie_of_acme_is_anonymous_at_globex(room: Room) -> None:
    key = shopper_session(room.acme)
    at_home, abroad = on(room.acme.tenant), on(room.globex.tenant)
    for client in (at_home, abroad):
        client.cookies["shopstead_session"] = key
    assert at_home.get("/account/").status_code == 200
    answer = abroad.get("/account/")
    assert (answer.status_code, answer.wsgi_request.customer) == (302, None)
    assert OUR_WORD in at_home.get("/cart/").content.decode()
    assert OUR_WORD not in abroad.get("/cart/").content.decode()


def test_a_merchants_cookie_of_acme_is_anonymous_at_globex_even_for_a_member_of_both(room: Room) -> None:
    client = sign_in(on(room.globex.tenant), room.acme.tenant, room.globex.owner)
    answer = client.get("/dashboard/")
    assert answer.status_code == 302
    assert not answer.wsgi_request.user.is_authenticated


def test_a_cookie_is_bound_to_the_host_that_set_it(room: Room) -> None:
    client = on(room.acme.tenant)
    with in_tenant(room.acme.tenant):
        variant = room.acme.pk("catalog.ProductVariant")
    client.post("/cart/add/", {"variant_id": variant, "quantity": 1})
    assert {cookie["domain"] for cookie in client.cookies.values()} == {""}
    assert client.cookies["shopstead_session"]["httponly"]


@pytest.mark.guard("store-in-cache-key")
def test_one_key_of_the_cache_holds_a_value_for_each_store(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(acme):
        cache.set("greeting", "from acme")
    with in_tenant(globex):
        assert cache.get("greeting") is None
        cache.set("greeting", "from globex")
        cache.delete("nothing")
    with in_tenant(acme):
        assert cache.get("greeting") == "from acme"
        cache.delete("greeting")
    with in_tenant(globex):
        assert cache.get("greeting") == "from globex"
    assert cache.get("greeting") is None


@pytest.mark.guard("folder-of-the-store", found="same.txt")
@pytest.mark.guard("no-climbing", found="DID NOT RAISE")
@pytest.mark.guard("no-folder-outside-a-store", found="DID NOT RAISE")
@pytest.mark.parametrize("alias", ["default", "private"])
def test_files_of_one_name_are_one_each_and_no_name_leaves_the_store(room: Room, alias: str) -> None:
    storage = storages[alias]
    for planted in (room.acme, room.globex):
        with in_tenant(planted.tenant):
            assert storage.save("notes/same.txt", ContentFile(planted.word.encode())) == "notes/same.txt"
    with in_tenant(room.acme.tenant):
        assert storage.open("notes/same.txt").read() == OUR_WORD.encode()
        for name in (f"../{room.globex.tenant.schema_name}/notes/same.txt", "/etc/passwd"):
            with pytest.raises(SuspiciousFileOperation):
                storage.open(name)
            with pytest.raises(SuspiciousFileOperation):
                storage.save(name, ContentFile(b"x"))
            with pytest.raises(SuspiciousFileOperation):
                storage.delete(name)
    with in_tenant(room.globex.tenant):
        assert storage.open("notes/same.txt").read() == THEIR_WORD.encode()
    with pytest.raises(NoTenant):
        storage.exists("notes/same.txt")


LINEAGE = UUID(int=7)


def arguments(planted: Planted) -> dict[str, Any]:
    """Return what a store's messages name, by the argument that names it; a new one has to be added."""
    return {
        "link_id": planted.pk("customers.CustomerLoginLink"),
        "consent_id": planted.pk("customers.Consent"),
        "image_id": planted.pk("catalog.ProductImage"),
        "export_id": planted.pk("customers.DataExport"),
        "abandoned_id": planted.pk("recovery.AbandonedCart"),
        "invitation_id": planted.pk("reviews.ReviewInvitation"),
        "notice_id": planted.pk("customers.Notice"),
        "order_id": planted.pk("orders.Order"),
        "fulfillment_id": planted.pk("orders.Fulfillment"),
        "refund_id": planted.pk("payments.Refund"),
        "report_id": planted.pk("payments.TaxReport"),
        "payment_id": planted.pk("payments.Payment"),
        "session_id": planted.rows["payments.Payment"].stripe_checkout_session_id,
        "payment_intent_id": planted.rows["payments.Payment"].stripe_payment_intent_id,
        "order_token": planted.secrets["order"],
        "variant_id": planted.pk("catalog.ProductVariant"),
        "product_ids": [planted.pk("catalog.Product")],
        "conversation_id": planted.pk("support.Conversation"),
        "message_id": planted.pk("support.Message"),
        "job_id": planted.pk("jobs.Job"),
        "card_id": planted.pk("credits.GiftCard"),
        "entry_id": planted.pk("credits.CreditEntry"),
        "customer_id": planted.pk("customers.Customer"),
        "subject_hash": hash_subject(LINEAGE, planted.rows["customers.Customer"].email),
        "lineage": str(LINEAGE),
        "again": "once more",
        "dispute_id": planted.rows["payments.Dispute"].stripe_dispute_id,
        "dispute_pk": planted.pk("payments.Dispute"),
        "status": "needs_response",
        "withdrawal_id": planted.pk("returns.Withdrawal"),
        "return_id": planted.pk("returns.Return"),
        "draft_id": planted.pk("drafts.Draft"),
        "amendment_id": planted.pk("orders.Amendment"),
        "state": "asked",
    }


def test_every_task_of_a_store_run_for_globex_leaves_acme_as_it_was(room: Room, mailoutbox: list[Any]) -> None:
    """Ids of acme in a message of globex find nothing there, whatever the task does about it."""
    before, known = fingerprint(room.acme.tenant), arguments(room.acme)
    current_app.loader.import_default_modules()
    names = sorted(name for name in current_app.tasks if _is_of_a_store(name))
    assert len(names) >= 10
    for name in names:
        task = current_app.tasks[name]
        kwargs = {key: known[key] for key in inspect.signature(task.run).parameters}
        task.apply(kwargs=kwargs, headers={SCHEMA_HEADER: room.globex.tenant.schema_name})
        assert current_schema() == "public", name
        assert fingerprint(room.acme.tenant) == before, name
    assert not [mail for mail in mailoutbox if OUR_WORD in str(mail.message())]


def test_the_same_task_for_acme_does_reach_its_row(room: Room, mailoutbox: list[Any]) -> None:
    """The control of the test above: with the right header the same message is done."""
    with in_tenant(room.acme.tenant):
        CustomerLoginLink.objects.update(expires_at=utc_now() + timedelta(minutes=5))
    task = current_app.tasks["storefront.customers.send_login_link"]
    link = room.acme.pk("customers.CustomerLoginLink")
    task.apply(kwargs={"link_id": link}, headers={SCHEMA_HEADER: room.acme.tenant.schema_name}, throw=True)
    assert len(mailoutbox) == 1


def _is_of_a_store(name: str) -> bool:
    return isinstance(current_app.tasks[name], TenantTask) and not name.startswith("test.")
