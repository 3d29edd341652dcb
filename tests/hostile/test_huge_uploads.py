"""Ten gigabytes at the door of a real server: announced, sent in pieces, or lied about; none of it is kept."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.selectors import find_user_by_email
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.browser.running import await_that, descendants, free_port
from tests.fixtures.people import sign_in

ROOT = Path(__file__).resolve().parents[2]
GB, MB = 1024**3, 1024**2
MOST_MORE = 64 * MB
PATIENCE = 20.0
SHOPPERS, WORK, PRODUCT = "/cart/add/", "/dashboard/import/", "/dashboard/products/new/"
TOKEN = "x" * 32


@dataclass
class Server:
    """Granian as `up` starts it, before the tests' database; its temporary files lie in `folder`."""

    port: int
    host: str
    folder: Path
    process: "subprocess.Popen[bytes]"

    def send(self, head: str, body: Iterable[bytes] = ()) -> tuple[int, int]:
        """Send a request until it is answered or all is sent; return the answer's status, 0 for none, and the bytes taken."""
        taken = 0
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            try:
                line.sendall(head.replace("\n", "\r\n").encode())
                for block in body:
                    line.setblocking(False)
                    try:
                        if line.recv(1, socket.MSG_PEEK):
                            break
                    except BlockingIOError:
                        pass
                    line.settimeout(PATIENCE)
                    line.sendall(block)
                    taken += len(block)
                line.settimeout(PATIENCE)
                answer = line.recv(64)
            except (ConnectionError, TimeoutError):
                return 0, taken
        return int(answer.split()[1]) if answer else 0, taken

    def memory(self) -> int:
        """Return what its processes hold in memory, in bytes."""
        pids = [self.process.pid, *descendants(self.process.pid)]
        told = subprocess.run(
            ["ps", "-o", "rss=", "-p", ",".join(map(str, pids))], capture_output=True, text=True, check=True
        )
        return sum(map(int, told.stdout.split())) * 1024

    def kept(self) -> int:
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def is_well(self) -> bool:
        try:
            with urlopen(Request(f"http://127.0.0.1:{self.port}/readyz"), timeout=PATIENCE) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture
def server(committed_store: Tenant, tmp_path: Path) -> Iterator[Server]:
    port, parts = free_port(), urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}")),
        "SHOPSTEAD_DATA_DIR": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
    }
    command = [
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "4",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *command, "--no-ws", "--log-level", "warning", "shopstead.wsgi:application"],
        cwd=ROOT, env=environment,
    )  # fmt: skip
    found = Server(port, default_host(committed_store.slug), tmp_path, process)
    try:
        await_that(found.is_well, "the server", patience=60)
        yield found
    finally:
        process.terminate()
        process.wait(PATIENCE)


def head(server: Server, path: str, *lines: str) -> str:
    return "\n".join([f"POST {path} HTTP/1.1", f"Host: {server.host}", *lines, "", ""])


def blocks(size: int, *, chunked: bool = False) -> Iterator[bytes]:
    block = b"Title,Price\n" * (MB // 12)
    for _number in range(size // len(block)):
        yield b"%x\r\n%s\r\n" % (len(block), block) if chunked else block


def merchant_of(tenant: Tenant) -> tuple[str, str, str]:
    """Return the headers of the store's owner, who may send files."""
    owner = find_user_by_email(f"{tenant.slug}@example.com")
    assert owner is not None
    session = sign_in(Client(), tenant, owner).cookies["shopstead_session"].value
    return (
        f"Cookie: shopstead_session={session}; shopstead_csrf={TOKEN}",
        f"X-CSRFToken: {TOKEN}",
        "Content-Type: multipart/form-data; boundary=x",
    )


def as_file(body: Iterator[bytes]) -> Iterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    yield from body


def test_what_is_too_much_is_refused_before_it_costs_memory_or_disk(server: Server, committed_store: Tenant) -> None:
    server.send(head(server, SHOPPERS, "Content-Length: 0"))
    memory, kept, merchant = server.memory(), server.kept(), merchant_of(committed_store)
    ten, pieces = f"Content-Length: {10 * GB}", "Transfer-Encoding: chunked"
    told = {
        "announced": server.send(head(server, SHOPPERS, ten)),
        "announced and sent": server.send(head(server, SHOPPERS, ten), blocks(10 * GB)),
        "announced at work": server.send(head(server, WORK, ten), blocks(10 * GB)),
        "in pieces": server.send(head(server, SHOPPERS, pieces), blocks(GB, chunked=True)),
        "in pieces at work": server.send(head(server, WORK, pieces), blocks(GB, chunked=True)),
        "a merchant's": server.send(head(server, WORK, ten, *merchant), as_file(blocks(10 * GB))),
        "a merchant's in pieces": server.send(head(server, WORK, pieces, *merchant), blocks(GB, chunked=True)),
        "a merchant's elsewhere": server.send(head(server, PRODUCT, ten, *merchant), as_file(blocks(10 * GB))),
        "more than announced": server.send(head(server, SHOPPERS, "Content-Length: 10"), blocks(GB)),
        "less than announced": server.send(head(server, SHOPPERS, "Content-Length: 1000"), iter([b"short"])),
        "both ways": server.send(head(server, SHOPPERS, "Content-Length: 5", pieces), iter([b"0\r\n\r\n"])),
        "two sizes": server.send(head(server, SHOPPERS, "Content-Length: 5", "Content-Length: 6"), iter([b"hello!"])),
        "no number": server.send(head(server, SHOPPERS, "Content-Length: -1")),
        "a number of forty digits": server.send(head(server, SHOPPERS, f"Content-Length: {'9' * 40}")),
        "a head without end": server.send(f"GET / HTTP/1.1\nX-A: {'a' * 10 * MB}"),
    }
    wrong = {case: status for case, (status, _taken) in told.items() if status and not 300 <= status < 500}
    assert wrong == {}
    assert told["announced"] == (413, 0)
    bound = 5 * settings.MAX_IMPORT_BYTES
    assert {
        case: taken for case, (_status, taken) in told.items() if taken > (bound if "merchant" in case else 64 * MB)
    } == {}
    assert server.memory() - memory < MOST_MORE
    assert server.kept() - kept < MB
    assert server.is_well()
