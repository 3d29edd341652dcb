"""Name servers that say what a test wants, and web servers on loopback that misbehave in every way."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from integrations.dns.resolver import Addresses, Reply, Texts

Answer = Callable[[BaseHTTPRequestHandler], None]


class FakeNames:
    """Answers with the given addresses, one list a question, the last one again and again."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): lists for name, lists in names.items()}
        self.asked: dict[str, int] = defaultdict(int)

    def find_addresses(self, name: str) -> Addresses:
        lists = self.answers.get(name)
        if lists is None:
            return Addresses(Reply.NO_NAME)
        at = min(self.asked[name], len(lists) - 1)
        self.asked[name] += 1
        return Addresses(Reply.FOUND, tuple(lists[at]))

    def find_texts(self, name: str) -> Texts:
        return Texts(Reply.NO_NAME)


class WebServer:
    """Serves what `pages` says by path; notes what it was asked with."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Answer] = {}
        self.seen: list[dict[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.seen.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
                page = server.pages.get(self.path.partition("?")[0])
                if page is None:
                    self.send_error(404)
                else:
                    page(self)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer((address, 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


def sends(body: bytes, kind: str = "image/png", status: int = 200, **headers: str) -> Answer:
    """Return a page that sends this body with its length."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", headers.pop("length", str(len(body))))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return page


def leads_to(address: str) -> Answer:
    return sends(b"", status=302, Location=address)


@pytest.fixture
def web() -> Iterator[WebServer]:
    server = WebServer()
    yield server
    server.server.shutdown()
    server.server.server_close()
