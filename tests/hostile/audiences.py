"""Who looks, and at which addresses: all of them, by the tables that the tests of isolation keep complete."""

from collections.abc import Iterable, Iterator

from tenants.selectors import default_host
from tests.hostile.trap import Chromium, Trap
from tests.isolation.conftest import Room
from tests.isolation.routes import TABLE, Door, route_names
from tests.isolation.test_platform_replay import address_of as platform_address_of
from tests.isolation.test_platform_replay import client_of
from tests.isolation.test_replay import address_of

AUDIENCES = {
    "anonymous": (Door.OPEN, Door.SECRET),
    "shopper of acme": (Door.ACCOUNT,),
    "merchant of acme": (Door.WORK,),
}


def looking(room: Room, chromium: Chromium, who: str, addresses: Iterable[str] = ()) -> Trap:
    """Open these pages, or every page of this audience, in a trap and return it."""
    trap = Trap(chromium, room.client(who), default_host(room.acme.tenant.slug))
    for address in addresses or store_addresses(room, *AUDIENCES[who]):
        trap.open(address)
    trap.close()
    return trap


def looking_at_the_platform(room: Room, chromium: Chromium, who: str) -> Trap:
    """Open every page of the platform's own host: for the team, the console."""
    trap = Trap(chromium, client_of(room, who), "localhost")
    is_team = who == "member of the team"
    for name in route_names("shopstead.urls_platform"):
        if name.startswith("console_") is is_team and name != "logout":
            trap.open(platform_address_of(name, room.acme))
    trap.close()
    return trap


def store_addresses(room: Room, *doors: Door) -> Iterator[str]:
    for name, place in TABLE.items():
        if place.door in doors and 405 not in place.get:
            yield address_of(place, name, room.acme)
