"""Whoever asks the whole application, as granian does: the page cache in front of Django."""

import gzip
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from shopstead.handler import Handler
from shopstead.page_cache import PageCache
from tenants.models import Tenant
from tenants.selectors import default_host


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Renders:
    """Django, with a count of what reaches it."""

    django: Any = field(default_factory=Handler)
    count: int = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.count += 1
        body: Iterable[bytes] = self.django(environ, start_response)
        return body


@dataclass
class Visitor:
    """A browser of one store before one process; `process` may be shared with others."""

    host: str
    process: PageCache
    renders: Renders

    def get(self, path: str, *, method: str = "GET", **environ: str) -> Answer:
        """Ask for a page, compressed unless told otherwise."""
        path, _mark, query = path.partition("?")
        told: dict[str, Any] = {}
        whole = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": self.host,
            "HTTP_ACCEPT_ENCODING": "gzip",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            **environ,
        }

        def start_response(line: str, headers: list[tuple[str, str]], *_more: Any) -> None:
            told["status"] = int(line.split()[0])
            told["headers"] = {name.lower(): value for name, value in headers}

        with _connection_stays():
            parts = self.process(whole, start_response)
            body = b"".join(parts)
            if hasattr(parts, "close"):
                parts.close()
        if told["headers"].get("content-encoding") == "gzip" and body:
            body = gzip.decompress(body)
        return Answer(told["status"], told["headers"], body)


@contextmanager
def _connection_stays() -> Iterator[None]:
    """Where the test itself will be rolled back, keep its connection open, as Django's test client does."""
    if not connection.in_atomic_block:
        yield
        return
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        with patch("shopstead.page_cache.front.close_old_connections"):
            yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def visitor(tenant: Tenant) -> Visitor:
    """Return a visitor of the store in a process that has kept nothing yet."""
    renders = Renders()
    return Visitor(default_host(tenant.slug), PageCache(renders), renders)
