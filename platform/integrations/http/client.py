"""A GET that may be pointed anywhere by anybody: to pinned public addresses only, with an end to time, size and kind."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import IO
from urllib.parse import urljoin

import certifi
from django.utils.translation import gettext as _

from integrations.dns.client import get_resolver
from integrations.dns.resolver import Resolver
from integrations.http.addresses import Place, find_place
from integrations.http.errors import FetchFailed, NotAnswered, NotWanted, RefusedThere

MAX_REDIRECTS = 3
USER_AGENT = "Shopstead"

_BLOCK = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_LATER = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may take: bytes of the body, seconds for everything, seconds of silence, and the kinds it may be of.

    `kinds` are beginnings of media types; an answer that names none of them is refused before its body is read. So is one
    of another status than `statuses`.
    """

    bytes_count: int
    seconds: float = 30.0
    silence_seconds: float = 10.0
    kinds: tuple[str, ...] = ()
    statuses: tuple[int, ...] = (http.client.OK,)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: the address it came from at last, its kind as the server said, its size in bytes."""

    url: str
    kind: str
    bytes_count: int


def fetch(url: str, *, into: IO[bytes], limits: Limits, resolver: Resolver | None = None) -> Fetched:
    """Write what is at the address into a file, block by block; nothing of ours is sent but the question.

    No cookies, no proxies, no compression, no credentials; a name is resolved once a step and the connection goes to that
    very address, so that a second answer of the name server changes nothing; each redirect is looked at like the first address.
    Raises: FetchFailed.
    """
    ends_at = time.monotonic() + limits.seconds
    for _step in range(MAX_REDIRECTS + 1):
        place = find_place(url, resolver=resolver or get_resolver())
        with _ask(place, limits, ends_at) as answer:
            if answer.status in _REDIRECTS and answer.getheader("Location"):
                url = urljoin(url, str(answer.getheader("Location")))
                continue
            return _receive(url, answer, into=into, limits=limits, ends_at=ends_at)
    raise RefusedThere(_("The address sends us on and on. Give the one where the file really is."))


@contextmanager
def _ask(place: Place, limits: Limits, ends_at: float) -> Iterator[http.client.HTTPResponse]:
    sock = _connect(place, limits, ends_at)
    # A server may send one byte at a time and never be silent: this ends it all the same.
    watched = [sock]
    watch = threading.Timer(max(0.0, ends_at - time.monotonic()), _hang_up, [watched])
    watch.daemon = True
    watch.start()
    try:
        with _in_words(ends_at):
            if place.scheme == "https":
                sock = _trust().wrap_socket(sock, server_hostname=place.host, do_handshake_on_connect=False)
                watched[0] = sock
                sock.do_handshake()
            connection = http.client.HTTPConnection(place.host, place.port, timeout=limits.silence_seconds)
            connection.sock = sock
            connection.putrequest("GET", place.target, skip_host=True, skip_accept_encoding=True)
            for name, value in _headers(place).items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            _check_time(ends_at)
        yield answer
    finally:
        watch.cancel()
        sock.close()


def _connect(place: Place, limits: Limits, ends_at: float) -> socket.socket:
    for address in place.addresses:
        left = ends_at - time.monotonic()
        if left <= 0:
            break
        with suppress(OSError):
            sock = socket.create_connection((address, place.port), timeout=min(left, limits.silence_seconds))
            sock.settimeout(limits.silence_seconds)
            return sock
    raise NotAnswered(_("“%(host)s” does not answer.") % {"host": place.host[:80]})


def _hang_up(watched: list[socket.socket]) -> None:
    with suppress(OSError):
        watched[0].shutdown(socket.SHUT_RDWR)


def _headers(place: Place) -> dict[str, str]:
    return {
        "Host": place.host_header,
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _receive(url: str, answer: http.client.HTTPResponse, *, into: IO[bytes], limits: Limits, ends_at: float) -> Fetched:
    if answer.status not in limits.statuses:
        error = NotAnswered if answer.status in _LATER else RefusedThere
        raise error(_("The server answered %(status)s instead of the file.") % {"status": answer.status})
    kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if limits.kinds and not kind.startswith(limits.kinds):
        raise NotWanted(_("The server sent “%(kind)s”, which is not what was asked for.") % {"kind": kind[:60] or "?"})
    if (answer.getheader("Content-Encoding") or "identity").lower() != "identity":
        raise NotWanted(_("The server sent the file packed, although we asked for it plain."))
    announced = answer.getheader("Content-Length") or ""
    if announced.isdigit() and int(announced[:18]) > limits.bytes_count:
        raise _too_large(limits)
    received = 0
    with _in_words(ends_at):
        while block := answer.read1(_BLOCK):
            received += len(block)
            if received > limits.bytes_count:
                raise _too_large(limits)
            _check_time(ends_at)
            into.write(block)
        _check_time(ends_at)
    if announced.isdigit() and not answer.chunked and received < int(announced[:18]):
        raise NotAnswered(_("The connection broke before the file was whole."))
    return Fetched(url=url, kind=kind, bytes_count=received)


def _check_time(ends_at: float) -> None:
    """End a fetch that took too long; one that was hung up on looks like an answer that came to its end."""
    if time.monotonic() >= ends_at:
        raise TimeoutError


def _too_large(limits: Limits) -> NotWanted:
    return NotWanted(_("The file is larger than %(limit)s MB.") % {"limit": limits.bytes_count // 1024**2})


@contextmanager
def _in_words(ends_at: float) -> Iterator[None]:
    try:
        yield
    except FetchFailed:
        raise
    except ssl.SSLError as error:
        raise NotAnswered(_("The server's certificate is not in order, so we did not trust it.")) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, TimeoutError) or time.monotonic() >= ends_at:
            raise NotAnswered(_("The server was too slow.")) from error
        raise NotAnswered(_("The server's answer broke off or was none.")) from error
