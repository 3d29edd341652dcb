"""A merchant's own domain from the claim to the quarantine, on a running platform that asks a name server of ours.

Everything is done by the forms a merchant uses; the name server is the only thing that is not the world's.
"""

import argparse
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.result import Result, at_most
from bench.site import Site

from drills import harm
from drills.merchant import Merchant
from integrations.dns.sandbox import DnsSandbox

# Each of the two web processes has to say the same, and which of them answers is chance.
TIMES = 20
SEEN_SECONDS = 1.0
SERVED = (200, 301)
DOMAINS = "/dashboard/settings/domains/"


class Trial:
    """What was looked at, what was not as it has to be, and the answers that were another store's."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.leaked = self.doubled = 0

    def see(self, what: str, is_so: bool) -> None:
        """Write down one thing that has to be so."""
        self.results.append(Result(what, float(is_so), "", "= 1", is_so))

    def time(self, what: str, is_so: Callable[[], bool]) -> None:
        """Ask for two seconds, and write down when the last answer came that was not so."""
        began, last = time.monotonic(), 0.0
        while (asked := time.monotonic() - began) < 2 * SEEN_SECONDS:
            if not is_so():
                last = asked
        self.results.append(at_most(what, last, "s", SEEN_SECONDS))

    @property
    def lost(self) -> int:
        """The steps that did not end as they have to."""
        return sum(result.ok is False for result in self.results)


def run(arguments: argparse.Namespace) -> list[Result]:
    """Return every step with whether it ended as it has to, and how soon each change was seen."""
    name = f"northtrail-{arguments.seed}.com"
    with name_server() as zone, Site() as site:
        trial = Trial()
        acme, globex = Merchant(site, "acme"), Merchant(site, "globex")
        mine = claim(acme, name)
        trial.see("a claim serves nothing", serves_nowhere(site, name) and not may_have_certificate(site, name))

        zone.set_text(f"_shopstead-challenge.{name}", "v=spf1 -all", "shopstead-verify=another")
        trial.see("a wrong token proves nothing", "its value is not yours" in check(acme, mine.number))
        trial.see("a wrong token serves nothing", serves_nowhere(site, name) and not may_have_certificate(site, name))

        zone.set_text(f"_shopstead-challenge.{name}", "v=spf1 -all", mine.value)
        check(acme, mine.number)
        trial.time("a proved domain is served by every process after", lambda: status(site, name) in SERVED)
        trial.see("the right token proves it", "the domain is yours" in check(acme, mine.number))
        trial.see("its www came with it", serves(site, f"www.{name}"))
        trial.see("a certificate may be had for it", may_have_certificate(site, name))
        trial.see("and for no other name", not may_have_certificate(site, f"other.{name}"))

        odd_requests(trial, site)
        rival(trial, site, globex, zone, name, mine.value)
        redirects(trial, site, acme, name)
        leave(trial, site, acme, globex, zone, name, mine.number)
        return [*trial.results, *harm.none_of(lost=trial.lost, doubled=trial.doubled, leaked=trial.leaked)]


def odd_requests(trial: Trial, site: Site) -> None:
    """Send what no client library would, past any proxy, to the server itself: two hosts, none, one in the address line."""
    host = b"Host: acme.localhost\r\n"
    refused = (b"400", b"404")
    two = raw(site, b"GET / HTTP/1.1\r\n" + host + b"Host: globex.localhost\r\n")
    trial.see("a request with two hosts is refused", two.split()[1] in refused)
    folded = raw(site, b"GET / HTTP/1.1\r\nHost: acme.localhost\r\n globex.localhost\r\n")
    trial.see("a host over two lines is refused", folded.split()[1] in refused)
    none = raw(site, b"GET / HTTP/1.1\r\n")
    trial.see("a request without a host is refused", none.split()[1] in refused)
    named = raw(site, b"GET http://globex.localhost/search/ HTTP/1.1\r\n" + host)
    trial.see("the Host header chooses, whatever the address line says", b"Acme" in named and b"Globex" not in named)
    trial.leaked += sum(b"Globex" in answer for answer in (two, folded, none, named))


def raw(site: Site, head: bytes) -> bytes:
    """Send the head of a request as it is and return all that comes back."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as link:
        link.sendall(head + b"Connection: close\r\n\r\n")
        return b"".join(iter(lambda: link.recv(65536), b""))


def rival(trial: Trial, site: Site, globex: Merchant, zone: DnsSandbox, name: str, holders: str) -> None:
    """Let another store claim the name with a right token of its own: it is refused, and the holder goes on."""
    theirs = claim(globex, f"www.{name}")
    trial.see("two stores get two tokens", theirs.value != holders)
    zone.set_text(f"_shopstead-challenge.{name}", holders, theirs.value)
    trial.see("a name that is held is refused", "another store uses this domain" in check(globex, theirs.number))
    leads = {globex.answer("GET", "/", host=name)[1] for _ in range(TIMES)}
    trial.leaked += leads != {f"http://acme.localhost:{site.port}/"}


def redirects(trial: Trial, site: Site, acme: Merchant, name: str) -> None:
    """Make the name primary and see what moves and what stays."""
    own = "acme.localhost"
    primary = f"http://www.{name}:{site.port}"
    target = f"{primary}/products/?sort=price&page=2"
    acme.post(f"{DOMAINS}primary/", host=f"www.{name}")
    trial.time(
        "a new primary domain is led to by every process after",
        lambda: acme.answer("GET", "/products/?sort=price&page=2") == (301, target),
    )
    trial.see("the apex leads there too", acme.answer("GET", "/", host=name) == (301, f"{primary}/"))
    code, location = acme.answer("GET", "//evil.example/%0d%0aLocation:%20http://evil.example/")
    trial.see("a path cannot choose the host", code in (400, 404) or location.startswith(f"{primary}/"))
    stay = [("GET", "/dashboard/"), ("GET", "/api/storefront/v1/products"), ("POST", "/cart/add/"), ("GET", "/media/x")]
    trial.see("work, machines and forms stay", all(acme.answer(*one)[0] != 301 for one in stay))
    pages = [site.get(f"www.{name}", "/") for _ in range(TIMES)]
    trial.see("the primary one serves its store", all(code == 200 and b"Acme" in page for code, page in pages))
    trial.leaked += sum(b"Globex" in page for _code, page in pages)
    trial.doubled += len({code for code, _page in pages}) - 1
    trial.see("it is not removed", acme.refused(f"{DOMAINS}{acme.claims[name]}/remove/")[0] == 409)
    acme.post(f"{DOMAINS}primary/", host=own)
    trial.time("the old one serves again after", lambda: status(site, own) == 200)


def leave(trial: Trial, site: Site, acme: Merchant, globex: Merchant, zone: DnsSandbox, name: str, number: int) -> None:
    """Remove the name: nobody has it, and the rival with the right record has to wait."""
    acme.post(f"{DOMAINS}{number}/remove/")
    trial.time("a removed domain is served by no process after", lambda: status(site, name) == 404)
    trial.see("its www went with it", serves_nowhere(site, f"www.{name}"))
    trial.see("no certificate for it any more", not may_have_certificate(site, name))
    words = check(globex, globex.claims[name])
    trial.see("the rival is in quarantine", "left this domain not long ago" in words and serves_nowhere(site, name))
    again = claim(acme, name)
    trial.see("the old token is worth nothing", "its value is not yours" in check(acme, again.number))
    zone.set_text(f"_shopstead-challenge.{name}", again.value)
    check(acme, again.number)
    trial.time("a new token brings it back after", lambda: status(site, name) in SERVED)
    trial.leaked += acme.answer("GET", "/", host=name)[1] != f"http://acme.localhost:{site.port}/"


class Claim:
    """A claim as its page shows it."""

    def __init__(self, number: int, value: str) -> None:
        self.number, self.value = number, value


def claim(merchant: Merchant, name: str) -> Claim:
    """Type a name into the form and read the record to set off the page that follows."""
    location = merchant.post(DOMAINS, host=name)
    number = int(location.rstrip("/").rsplit("/", 1)[-1])
    value = re.search(r"shopstead-verify=[a-z0-9]+", merchant.get(f"{DOMAINS}{number}/"))
    if value is None:
        raise RuntimeError("the page shows no record")
    merchant.claims[name.removeprefix("www.")] = number
    return Claim(number, value.group())


def check(merchant: Merchant, number: int) -> str:
    """Press “Check now” and return the page that follows."""
    merchant.post(f"{DOMAINS}{number}/check/")
    return merchant.get(f"{DOMAINS}{number}/")


def status(site: Site, host: str) -> int:
    """Return the status of a page of the storefront."""
    return site.get(host, "/search/")[0]


def serves(site: Site, host: str) -> bool:
    """Tell whether every process serves the host, itself or by leading on."""
    return all(status(site, host) in SERVED for _ in range(TIMES))


def serves_nowhere(site: Site, host: str) -> bool:
    """Tell whether no process serves the host."""
    return all(status(site, host) == 404 for _ in range(TIMES))


def may_have_certificate(site: Site, host: str) -> bool:
    """Ask what the TLS proxy would ask."""
    return any(site.get("localhost", f"/internal/domain-ok?domain={host}")[0] == 200 for _ in range(TIMES))


@contextmanager
def name_server() -> Iterator[DnsSandbox]:
    """Run a name server on loopback and let the next platform ask it."""
    with DnsSandbox() as zone:
        os.environ["DNS_RESOLVER"] = zone.address
        try:
            yield zone
        finally:
            del os.environ["DNS_RESOLVER"]
