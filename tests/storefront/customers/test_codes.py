"""Six digits by mail: they sign in once, in the browser that asked, and cannot be guessed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from core.tenancy import in_tenant
from storefront.customers.attempts import FAILED_CODES
from storefront.customers.errors import CodeRefused, TooManyAttempts
from storefront.customers.models import Customer, CustomerLoginLink, CustomerSignIn
from storefront.customers.services import redeem_login_code, register_customer, request_login_link
from storefront.customers.services.links import MOST_TRIES, login_code
from tenants.models import Tenant

EMAIL = "maya@example.com"
ClientOf = Callable[[Tenant], Client]


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def ask(client: Client, tenant: Tenant, email: str = EMAIL) -> str:
    """Ask for a code and return it."""
    client.post("/account/login/", {"email": email, "way": "link"})
    with in_tenant(tenant):
        return login_code(CustomerLoginLink.objects.order_by("-pk")[0].nonce)


def wrong(code: str) -> str:
    return str((int(code) + 1) % 10**6).zfill(6)


def test_the_right_digits_sign_in_once_under_a_new_session_key(acme: Tenant, store_client: ClientOf) -> None:
    client = store_client(acme)
    code = ask(client, acme)
    before = client.cookies["shopstead_session"].value
    response = client.post("/account/code/", {"code": f"{code[:3]} {code[3:]}"})
    assert (response.status_code, response["Location"]) == (302, "/account/")
    assert client.cookies["shopstead_session"].value != before
    assert client.get("/account/").status_code == 200
    client.post("/account/logout/")
    assert client.post("/account/code/", {"code": code})["Location"] == "/account/login/"


def test_another_browser_cannot_use_the_digits(acme: Tenant, store_client: ClientOf) -> None:
    code = ask(store_client(acme), acme)
    stranger = store_client(acme)
    assert stranger.post("/account/code/", {"code": code})["Location"] == "/account/login/"
    ask(stranger, acme, "stranger@example.com")
    assert stranger.post("/account/code/", {"code": code}).status_code == 403


def test_after_five_guesses_the_right_digits_are_refused_too(acme: Tenant, store_client: ClientOf) -> None:
    client = store_client(acme)
    code = ask(client, acme)
    for _ in range(MOST_TRIES):
        assert client.post("/account/code/", {"code": wrong(code)}).status_code == 403
    assert client.post("/account/code/", {"code": code}).status_code == 403
    assert client.get("/account/").status_code == 302


def test_a_wrong_guess_leaves_the_next_one_open(acme: Tenant, store_client: ClientOf) -> None:
    client = store_client(acme)
    code = ask(client, acme)
    assert client.post("/account/code/", {"code": wrong(code)}).status_code == 403
    assert client.post("/account/code/", {"code": code}).status_code == 302


def test_guesses_at_one_address_are_counted_over_a_day_whatever_code_they_are_for(
    in_acme: Tenant, now: datetime
) -> None:
    for number in range(FAILED_CODES.most["email"]):
        if number % MOST_TRIES == 0:
            cache.delete_pattern("*customers.link*") if hasattr(cache, "delete_pattern") else None
            link = CustomerLoginLink.objects.create(
                token_hash=f"h{number}", nonce=f"n{number}", email=EMAIL, created_at=now,
                expires_at=now + timedelta(minutes=10),
            )  # fmt: skip
        with pytest.raises(CodeRefused):
            redeem_login_code(link_id=link.pk, code=wrong(login_code(link.nonce)), address="", now=now)
    fresh = request_login_link(email=EMAIL, language="en", address="", now=now)
    with pytest.raises(TooManyAttempts):
        redeem_login_code(link_id=fresh.pk, code=login_code(fresh.nonce), address="", now=now)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "12a456", "<b>1</b>", "'; drop", "0x1234"])
def test_what_is_no_code_is_told_so_and_costs_no_guess(acme: Tenant, store_client: ClientOf, typed: str) -> None:
    client = store_client(acme)
    ask(client, acme)
    assert client.post("/account/code/", {"code": typed}).status_code == 422
    with in_tenant(acme):
        assert CustomerLoginLink.objects.get().tries_count == 0


def test_a_code_is_as_old_as_ten_minutes_at_most(in_acme: Tenant, now: datetime) -> None:
    link = request_login_link(email=EMAIL, language="en", address="", now=now)
    code = login_code(link.nonce)
    with pytest.raises(CodeRefused):
        redeem_login_code(link_id=link.pk, code=code, address="", now=now + timedelta(minutes=10))
    assert redeem_login_code(link_id=link.pk, code=code, address="", now=now + timedelta(minutes=9))[0].email == EMAIL


def test_places_are_listed_and_the_others_can_be_ended(acme: Tenant, store_client: ClientOf, now: datetime) -> None:
    with in_tenant(acme):
        register_customer(email=EMAIL, password="two mugs and a kettle", name="Maya", language="en", now=now)
    here, there = store_client(acme), store_client(acme)
    for client, agent in ((here, "Mozilla Firefox Linux"), (there, "Safari <script> iPhone")):
        client.post(
            "/account/login/", {"email": EMAIL, "password": "two mugs and a kettle"}, headers={"user-agent": agent}
        )
    page = here.get("/account/signing-in/").content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    assert there.get("/account/").status_code == 200
    here.post("/account/signing-in/end/")
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_nobody_ends_the_place_of_somebody_else(acme: Tenant, store_client: ClientOf, now: datetime) -> None:
    mine, theirs = store_client(acme), store_client(acme)
    for client, email in ((mine, EMAIL), (theirs, "other@example.com")):
        client.post("/account/code/", {"code": ask(client, acme, email)})
    with in_tenant(acme):
        other = CustomerSignIn.objects.get(customer=Customer.objects.get(email="other@example.com"))
    mine.post("/account/signing-in/end/", {"place": other.pk})
    assert theirs.get("/account/").status_code == 200
