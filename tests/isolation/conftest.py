"""Two full stores in one room, and the people who knock at acme's doors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from accounts.selectors import find_user_by_email
from core.clock import utc_now
from core.sessions import SessionStore
from core.tenancy import in_tenant
from storefront.customers.models import Customer
from storefront.customers.services import open_sign_in
from storefront.customers.sessions import HASH_KEY, SESSION_KEY, SIGN_IN_KEY, session_hash
from tenants.models import Membership, Tenant
from tenants.selectors import default_host
from tests.fixtures.people import sign_in
from tests.fixtures.stripe import StripeSandbox
from tests.isolation.planting import Planted, plant, plant_files, shopper_of

OUR_WORD, THEIR_WORD = "albatross2204", "quetzal7719"


@dataclass
class Room:
    """acme, whose host is knocked at, and globex, of which no byte may come out."""

    acme: Planted
    globex: Planted

    def client(self, who: str) -> Client:
        """Return a client of acme's host for one of PEOPLE."""
        client = Client(headers={"host": default_host(self.acme.tenant.slug)}, raise_request_exception=False)
        return PEOPLE[who](self, client)


@contextmanager
def planting() -> Iterator[Room]:
    """Plant a row of every kind in both stores, and take all of it back in the end."""
    with transaction.atomic():
        found = []
        for slug, word, first_id in (("acme", OUR_WORD, 1000), ("globex", THEIR_WORD, 900_000)):
            owner = find_user_by_email(f"{slug}@example.com")
            assert owner is not None
            found.append(plant(Tenant.objects.get(slug=slug), word=word, first_id=first_id, owner=owner))
        yield Room(*found)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def planted_room(stores: dict[str, Tenant], django_db_blocker: Any) -> Iterator[Room]:
    """Both stores, planted once for all tests of a file: what a test does is taken back to here by its own transaction.

    A file with `committed_store` plants for each test, by a fixture of this name of its own.
    """
    stores_are_full = planting()
    with django_db_blocker.unblock():
        found = stores_are_full.__enter__()
    yield found
    with django_db_blocker.unblock():
        stores_are_full.__exit__(None, None, None)


@pytest.fixture
def room(
    planted_room: Room, acme: Tenant, globex: Tenant, tmp_path: Path, settings: Any, stripe_sandbox: StripeSandbox
) -> Room:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    settings.ARCHIVE_ROOT = tmp_path / "archives"
    room = deepcopy(planted_room)  # a test may change the rows that it holds
    for planted in (room.acme, room.globex):
        plant_files(planted, tmp_path / "media", tmp_path / "private")
    return room


def _write_shopper(session: SessionStore, customer: Customer) -> None:
    session[SESSION_KEY], session[HASH_KEY] = customer.pk, session_hash(customer)
    session[SIGN_IN_KEY] = open_sign_in(customer=customer, browser="", address="", now=utc_now())


def shopper_session(planted: Planted) -> str:
    """Sign the store's customer in and return the key of the session."""
    customer = shopper_of(planted)
    with in_tenant(planted.tenant):
        session = SessionStore()
        _write_shopper(session, customer)
        session["cart_token"] = planted.secrets["cart"]
        session.save()
    return str(session.session_key)


def _shopper(room: Room, client: Client) -> Client:
    client.cookies["shopstead_session"] = shopper_session(room.acme)
    return client


def _shopper_of_globex(room: Room, client: Client) -> Client:
    client.cookies["shopstead_session"] = shopper_session(room.globex)
    return client


def _at_work(client: Client, planted: Planted, person: User) -> Client:
    """Sign in to a store as one who was seen there just now: no request has to write that again."""
    Membership.objects.filter(tenant=planted.tenant, user=person).update(last_seen_at=utc_now())
    return sign_in(client, planted.tenant, person)


def _merchant_with_globex_cookie(room: Room, client: Client) -> Client:
    return _at_work(client, room.globex, room.globex.owner)


def _merchant_and_shopper(room: Room, client: Client) -> Client:
    """Both in one browser: the work place and the shop share a host, and so a session."""
    _at_work(client, room.acme, room.acme.owner)
    customer = shopper_of(room.acme)
    with in_tenant(room.acme.tenant):
        session = SessionStore(client.cookies["shopstead_session"].value)
        _write_shopper(session, customer)
        session["cart_token"] = room.acme.secrets["cart"]
        session.save()
    return client


PEOPLE: dict[str, Callable[[Room, Client], Client]] = {
    "anonymous": lambda room, client: client,
    "shopper of acme": _shopper,
    "shopper with globex's cookie": _shopper_of_globex,
    "merchant of acme": lambda room, client: _at_work(client, room.acme, room.acme.owner),
    "merchant and shopper of acme": _merchant_and_shopper,
    "merchant of globex": lambda room, client: _at_work(client, room.acme, room.globex.owner),
    "merchant with globex's cookie": _merchant_with_globex_cookie,
}
