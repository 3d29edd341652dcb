"""The resolver in life: dnspython, with an end to every question."""

import logging
import time
from ipaddress import ip_address
from typing import Any

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
from django.conf import settings

from integrations.dns.resolver import Addresses, Reply, Resolver, Texts

logger = logging.getLogger(__name__)


class DnsResolver:
    """Asks the system's name servers, or the one at `server` (`host:port`), for one deed.

    It gives a question up after `seconds`, and asks none any more `total_seconds` after it was made.
    """

    def __init__(self, *, server: str = "", seconds: float = 5.0, total_seconds: float = 10.0) -> None:
        self._seconds, self._ends_at = seconds, time.monotonic() + total_seconds
        self._resolver = dns.resolver.Resolver(configure=not server)
        if server:
            host, _colon, port = server.rpartition(":")
            self._resolver.nameservers = [host]
            self._resolver.port = int(port)
        self._resolver.timeout = min(2.0, seconds)
        self._resolver.cache = None

    def find_texts(self, name: str) -> Texts:
        """Return the TXT records of a name."""
        reply, answer = self._ask(name, "TXT")
        return Texts(reply, tuple(b"".join(row.strings).decode("utf-8", "replace") for row in _rows(answer)))

    def find_addresses(self, name: str) -> Addresses:
        """Return where a name leads. One kind of address is enough; a failure counts where nothing else was found."""
        replies, found, canonical = [], [], ""
        for kind in ("A", "AAAA"):
            reply, answer = self._ask(name, kind)
            replies.append(reply)
            if answer is not None:
                found += [row.address for row in _rows(answer)]
                canonical = canonical or str(answer.canonical_name).rstrip(".").lower()
        for reply in (Reply.FOUND, Reply.UNANSWERED, Reply.NO_RECORD):
            if reply in replies:
                return Addresses(reply, tuple(sorted(found, key=_order)), canonical)
        return Addresses(Reply.NO_NAME)

    def _ask(self, name: str, kind: str) -> tuple[Reply, dns.resolver.Answer | None]:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            return Reply.UNANSWERED, None
        lifetime = min(self._seconds, left)
        try:
            return Reply.FOUND, self._resolver.resolve(dns.name.from_text(name), kind, search=False, lifetime=lifetime)
        except dns.resolver.NXDOMAIN:
            return Reply.NO_NAME, None
        except dns.resolver.NoAnswer:
            return Reply.NO_RECORD, None
        except (dns.exception.DNSException, OSError, ValueError) as error:
            logger.info("no answer for %s %s: %s", name, kind, error)
            return Reply.UNANSWERED, None


def _rows(answer: dns.resolver.Answer | None) -> list[Any]:
    return list(answer.rrset or []) if answer is not None else []


def _order(address: str) -> tuple[int, int]:
    parsed = ip_address(address)
    return parsed.version, int(parsed)


def get_resolver() -> Resolver:
    """Return the resolver of the settings."""
    return DnsResolver(
        server=settings.DNS_RESOLVER, seconds=settings.DNS_TIMEOUT_SECONDS, total_seconds=settings.DNS_TOTAL_SECONDS
    )
