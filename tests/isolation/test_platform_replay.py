"""Everybody knocks at every door of the platform's own host: nobody sees or changes a store where they have no place."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse, set_script_prefix

from accounts.services import create_user
from core.clock import utc_now
from tests.fixtures.tenancy import PASSWORD
from tests.isolation.conftest import THEIR_WORD, Room
from tests.isolation.planting import Planted, fingerprint
from tests.isolation.routes import PLATFORM, PlatformDoor, arguments_of, route_names
from tests.isolation.test_replay import METHODS, nothing, text_of
from tests.isolation.watching import Watch

PERSONS = ("merchant of acme", "merchant of globex", "member of the team")


@dataclass(frozen=True)
class Answer:
    status: int
    target: str
    text: str


def test_every_address_of_the_platform_has_its_place_in_the_table() -> None:
    """A new page of the console stands behind the console's door by its name; any other needs its line."""
    names = list(route_names("shopstead.urls_platform"))
    assert sorted(names) == sorted(set(names))
    assert {name for name in names if not name.startswith("console_")} == set(PLATFORM)


@pytest.mark.parametrize("who", ["anonymous", *PERSONS])
def test_no_door_of_the_platform_shows_or_changes_a_store_to_strangers(room: Room, who: str) -> None:
    before = fingerprint(room.globex.tenant)
    nothing(knock_everywhere(room, who, methods=("get", "post") if who == "member of the team" else METHODS))
    assert fingerprint(room.globex.tenant) == before


@pytest.mark.guard("place-in-the-store", found="store_enter: merchant of acme got 302")
def test_the_platform_lets_nobody_into_a_store_without_a_place_there(room: Room) -> None:
    nothing(knock_everywhere(room, "merchant of acme", methods=("get",)))


@pytest.mark.guard("console-for-the-team", found="console_stores: merchant of acme got 200")
def test_the_console_is_closed_to_merchants(room: Room) -> None:
    nothing(knock_everywhere(room, "merchant of acme", methods=("get",), only="console_"))


def knock_everywhere(room: Room, who: str, *, methods: tuple[str, ...] = METHODS, only: str = "") -> Iterator[str]:
    client = client_of(room, who)
    cookies = client.cookies.output(header="", sep=";")
    watch = Watch(room.globex.tenant)
    for name in route_names("shopstead.urls_platform"):
        if not name.startswith(only):
            continue
        for planted in (room.acme, room.globex):
            for method in methods:
                client.cookies.clear()
                client.cookies.load(cookies)
                with transaction.atomic():
                    answer = getattr(client, method)(
                        address_of(name, planted), {"store": planted.tenant.slug, "q": "a"}
                    )
                    seen = list(watch.look(who))
                    transaction.set_rollback(True)
                told = Answer(answer.status_code, answer.headers.get("Location", ""), text_of(answer))
                where = f"{method.upper()} {name}: {who} got {told.status}"
                yield from (f"{where}, {said}" for said in judge(told, name, who, planted is room.globex))
                is_stranger = who in ("anonymous", "merchant of acme")
                yield from (f"{where}, {said}" for said in seen if is_stranger or "wrote into" in said)


def judge(told: Answer, name: str, who: str, is_globex: bool) -> Iterator[str]:
    door = PLATFORM.get(name, PlatformDoor.TEAM)
    if told.status >= 500:
        yield "which is an error"
    if THEIR_WORD in told.text + told.target and who in ("anonymous", "merchant of acme"):
        yield "and it leaks the word of globex"
    if door is PlatformDoor.TEAM and who != "member of the team":
        is_asked_in = who == "anonymous" and told.status == 302 and told.target.startswith("/login/")
        if not is_asked_in and told.status != 404:
            yield "behind the console's door"
    is_turned_away = told.status == 405 or (told.status == 302 and "/login/" in told.target)
    if door in (PlatformDoor.PERSON, PlatformDoor.STORE) and who == "anonymous" and not is_turned_away:
        yield "without a log-in"
    is_own = who == ("merchant of globex" if is_globex else "merchant of acme")
    if door is PlatformDoor.STORE and who != "anonymous" and not is_own and told.status not in (404, 405):
        yield "without a place in that store"


def client_of(room: Room, who: str) -> Client:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    if who == "anonymous":
        return client
    user = {"merchant of acme": room.acme.owner, "merchant of globex": room.globex.owner}.get(who)
    user = user or create_user(email="team@example.com", password=PASSWORD, now=utc_now(), is_platform_staff=True)
    client.force_login(user)
    return client


def address_of(name: str, planted: Planted) -> str:
    """Return the address, filled with this store's things whatever the arguments are called."""
    set_script_prefix("/")
    facts = {"slug": planted.tenant.slug, "pk": planted.tenant.pk, "key": "suspend", "uidb64": "x", "token": "x-x"}
    return reverse(
        name, urlconf="shopstead.urls_platform", kwargs={one: facts.get(one, "1") for one in arguments_of(name)}
    )
