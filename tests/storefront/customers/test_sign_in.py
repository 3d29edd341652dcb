"""Into an account: by password, by a mailed link, and never into somebody else's."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from core.outbox.models import OutboxMessage
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_tenant
from storefront.customers.attempts import FAILED_PASSWORDS, MAILED_LINKS
from storefront.customers.errors import LoginLinkRefused
from storefront.customers.models import Customer, CustomerLoginLink
from storefront.customers.services import (
    find_or_create_customer,
    redeem_login_link,
    register_customer,
    request_login_link,
    set_password,
)
from storefront.customers.tasks import send_login_link
from tenants.models import Tenant

EMAIL = "maya@example.com"
PASSWORD = "two mugs and a kettle"

ClientOf = Callable[[Tenant], Client]


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def make_account(tenant: Tenant, now: datetime, email: str = EMAIL) -> Customer:
    with in_tenant(tenant):
        return register_customer(email=email, password=PASSWORD, name="Maya Lindqvist", language="en", now=now)


def mailed_path(tenant: Tenant) -> str:
    """Run the tasks that wait for the store and return the path in the last mail."""
    with in_tenant(tenant):
        link = CustomerLoginLink.objects.order_by("-pk").first()
    assert link is not None
    send_login_link.apply(kwargs={"link_id": link.pk}, headers={SCHEMA_HEADER: tenant.schema_name}).get()
    found = re.search(r"https?://[^/\s]+(/\S*account/link/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found.group(1)


def _bare(page: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", page)


def ask_link(client: Client, email: str = EMAIL, path: str = "/account/login/") -> str:
    response = client.post(path, {"email": email, "way": "link"})
    assert response["Location"].endswith("/account/code/"), response.content
    return client.get("/account/code/").content.decode()


def test_the_right_password_signs_in_under_a_new_session_key_and_keeps_the_cart(
    acme: Tenant, store_client: ClientOf, now: datetime
) -> None:
    make_account(acme, now)
    client = store_client(acme)
    with in_tenant(acme):
        session = client.session
        session["cart_token"] = "kept"
        session.save()
    client.cookies["shopstead_session"] = session.session_key
    response = client.post("/account/login/", {"email": "MAYA@example.com", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/account/")
    assert client.cookies["shopstead_session"].value != session.session_key
    with in_tenant(acme):
        assert client.session["cart_token"] == "kept"
    assert "Good to see you, Maya" in client.get("/account/").content.decode()


def test_a_wrong_password_and_an_unknown_address_read_the_same(
    acme: Tenant, store_client: ClientOf, now: datetime
) -> None:
    make_account(acme, now)
    pages = []
    for email in (EMAIL, "nobody@example.com"):
        response = store_client(acme).post("/account/login/", {"email": email, "password": "wrong wrong"})
        assert response.status_code == 403
        page = response.content.decode().replace(email, "x")
        pages.append(re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", page))
    assert pages[0] == pages[1]


def test_a_guest_has_no_password_to_guess(acme: Tenant, store_client: ClientOf, now: datetime) -> None:
    with in_tenant(acme):
        find_or_create_customer(email=EMAIL, name="", language="en", now=now)
    response = store_client(acme).post("/account/login/", {"email": EMAIL, "password": " "})
    assert response.status_code in (403, 422)
    assert store_client(acme).get("/account/").status_code == 302


def test_after_too_many_wrong_passwords_the_right_one_waits_too(
    acme: Tenant, globex: Tenant, store_client: ClientOf, now: datetime
) -> None:
    make_account(acme, now)
    make_account(globex, now)
    client = store_client(acme)
    for _ in range(FAILED_PASSWORDS.most["email"]):
        assert client.post("/account/login/", {"email": EMAIL, "password": "wrong wrong"}).status_code == 403
    assert client.post("/account/login/", {"email": EMAIL, "password": PASSWORD}).status_code == 429
    elsewhere = store_client(globex).post("/account/login/", {"email": EMAIL, "password": PASSWORD})
    assert elsewhere.status_code == 302


def test_one_machine_cannot_try_address_after_address(acme: Tenant, store_client: ClientOf, now: datetime) -> None:
    client = store_client(acme)
    for number in range(FAILED_PASSWORDS.most["address"]):
        client.post("/account/login/", {"email": f"a{number}@example.com", "password": "wrong wrong"})
    response = client.post("/account/login/", {"email": "fresh@example.com", "password": "wrong wrong"})
    assert response.status_code == 429


def test_a_customer_of_one_store_is_nobody_in_another(
    acme: Tenant, globex: Tenant, store_client: ClientOf, now: datetime
) -> None:
    make_account(acme, now)
    client = store_client(acme)
    client.post("/account/login/", {"email": EMAIL, "password": PASSWORD})
    other = store_client(globex)
    other.cookies["shopstead_session"] = client.cookies["shopstead_session"].value
    assert other.get("/account/").status_code == 302
    assert other.post("/account/login/", {"email": EMAIL, "password": PASSWORD}).status_code == 403


def test_asking_for_a_link_reads_the_same_whether_the_address_is_known(
    acme: Tenant, store_client: ClientOf, now: datetime
) -> None:
    make_account(acme, now)
    known = ask_link(store_client(acme))
    unknown = ask_link(store_client(acme), email="nobody@example.com")
    assert _bare(known).replace(EMAIL, "x") == _bare(unknown).replace("nobody@example.com", "x")


def test_the_mailed_link_signs_in_once_and_only_by_its_button(acme: Tenant, store_client: ClientOf) -> None:
    ask_link(store_client(acme))
    path = mailed_path(acme)
    reader = store_client(acme)
    assert reader.get(path).status_code == 200
    assert reader.get("/account/").status_code == 302
    assert reader.post(path)["Location"] == "/account/"
    assert reader.get("/account/").status_code == 200
    assert store_client(acme).post(path).status_code == 403


def test_the_queue_and_the_table_hold_no_token(acme: Tenant, store_client: ClientOf) -> None:
    ask_link(store_client(acme))
    token = mailed_path(acme).strip("/").rsplit("/", 1)[-1]
    message = OutboxMessage.objects.get(task="storefront.customers.send_login_link")
    assert list(message.kwargs) == ["link_id"]
    with in_tenant(acme):
        row = CustomerLoginLink.objects.values().get()
    assert token not in str(row)


def test_a_link_mail_goes_out_once_and_names_the_store(acme: Tenant, store_client: ClientOf) -> None:
    ask_link(store_client(acme))
    first = mailed_path(acme)
    mailed_path(acme)
    assert len(mail.outbox) == 1
    assert first in str(mail.outbox[0].body)
    assert mail.outbox[0].to == [EMAIL]
    assert mail.outbox[0].from_email.startswith("Acme <")
    assert mail.outbox[0].reply_to == [acme.contact_email]


def test_a_link_is_bound_to_its_store_and_to_ten_minutes(
    acme: Tenant, globex: Tenant, store_client: ClientOf, now: datetime
) -> None:
    ask_link(store_client(acme))
    path = mailed_path(acme)
    token = path.strip("/").rsplit("/", 1)[-1]
    assert store_client(globex).post(path).status_code == 403
    with in_tenant(acme):
        link = CustomerLoginLink.objects.get()
        with pytest.raises(LoginLinkRefused):
            redeem_login_link(token=token, now=link.created_at + timedelta(minutes=10))
        customer, _link = redeem_login_link(token=token, now=link.created_at + timedelta(minutes=9))
    assert customer.email == EMAIL


def test_links_for_one_address_run_out(acme: Tenant, store_client: ClientOf) -> None:
    client = store_client(acme)
    for _ in range(MAILED_LINKS.most["email"]):
        ask_link(client)
    response = client.post("/account/login/", {"email": EMAIL, "way": "link"})
    assert response.status_code == 429
    with in_tenant(acme):
        assert CustomerLoginLink.objects.count() == MAILED_LINKS.most["email"]


def test_an_account_begins_when_its_owner_opens_the_link(acme: Tenant, store_client: ClientOf) -> None:
    client = store_client(acme)
    facts = {"name": "Maya Lindqvist", "email": EMAIL, "password": PASSWORD}
    assert client.post("/account/register/", facts).status_code == 302
    with in_tenant(acme):
        assert not Customer.objects.exists()
    client.post(mailed_path(acme))
    with in_tenant(acme):
        customer = Customer.objects.get()
    assert (customer.email, customer.name, customer.check_password(PASSWORD)) == (EMAIL, "Maya Lindqvist", True)
    assert client.get("/account/").status_code == 200


def test_whoever_registers_an_address_that_is_not_theirs_gets_nothing(
    acme: Tenant, store_client: ClientOf, now: datetime
) -> None:
    make_account(acme, now)
    thief = store_client(acme)
    thief.post("/account/register/", {"name": "T", "email": EMAIL, "password": "stolen stolen"})
    owner = store_client(acme)
    owner.post(mailed_path(acme))
    assert owner.get("/account/").status_code == 200
    assert thief.get("/account/").status_code == 302
    with in_tenant(acme):
        customer = Customer.objects.get()
    assert customer.check_password(PASSWORD)
    assert not customer.check_password("stolen stolen")


def test_a_weak_password_is_refused_before_a_mail_is_sent(acme: Tenant, store_client: ClientOf) -> None:
    response = store_client(acme).post("/account/register/", {"name": "M", "email": EMAIL, "password": "password"})
    assert response.status_code == 422
    with in_tenant(acme):
        assert not CustomerLoginLink.objects.exists()


def test_a_new_password_ends_the_other_sessions(acme: Tenant, store_client: ClientOf, now: datetime) -> None:
    customer = make_account(acme, now)
    client = store_client(acme)
    client.post("/account/login/", {"email": EMAIL, "password": PASSWORD})
    with in_tenant(acme):
        set_password(customer_id=customer.pk, password="another good one", current=PASSWORD)
    assert client.get("/account/").status_code == 302


def test_a_password_is_changed_only_by_who_knows_it_or_has_just_proven_the_address(
    acme: Tenant, store_client: ClientOf, now: datetime
) -> None:
    make_account(acme, now)
    client = store_client(acme)
    client.post("/account/login/", {"email": EMAIL, "password": PASSWORD})
    wrong = client.post("/account/password/", {"current": "wrong wrong", "password": "another good one"})
    assert wrong.status_code == 422
    assert client.post("/account/password/", {"password": "another good one"}).status_code == 422
    right = client.post("/account/password/", {"current": PASSWORD, "password": "another good one"})
    assert right.status_code == 302
    assert client.get("/account/").status_code == 200
    ask_link(client)
    forgetful = store_client(acme)
    forgetful.post(mailed_path(acme))
    assert forgetful.post("/account/password/", {"password": "a third good one"}).status_code == 302


def test_signing_out_keeps_the_cart_and_forgets_the_customer(
    acme: Tenant, store_client: ClientOf, now: datetime
) -> None:
    make_account(acme, now)
    client = store_client(acme)
    client.post("/account/login/", {"email": EMAIL, "password": PASSWORD})
    assert client.get("/account/logout/").status_code == 405
    client.post("/account/logout/")
    assert client.get("/account/")["Location"] == "/account/login/?next=%2Faccount%2F"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_to_this_store_only(acme: Tenant, store_client: ClientOf, now: datetime, target: str) -> None:
    make_account(acme, now)
    facts = {"email": EMAIL, "password": PASSWORD, "next": target}
    assert store_client(acme).post("/account/login/", facts)["Location"] == "/account/"


def test_a_link_follows_the_language_of_who_asked(acme: Tenant, store_client: ClientOf) -> None:
    ask_link(store_client(acme), path="/zh-hans/account/login/")
    assert mailed_path(acme).startswith("/zh-hans/account/link/")


def test_old_links_are_swept_when_a_new_one_is_asked_for(in_acme: Tenant, now: datetime) -> None:
    request_login_link(email=EMAIL, language="en", address="1", now=now - timedelta(days=2))
    request_login_link(email=EMAIL, language="en", address="1", now=now)
    assert CustomerLoginLink.objects.count() == 1
