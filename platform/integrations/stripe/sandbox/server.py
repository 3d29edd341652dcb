"""The sandbox's HTTP server on loopback."""

import json
import logging
import socket
import struct
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from integrations.stripe.sandbox import routes
from integrations.stripe.sandbox.api import ConnectionReset, Incoming, Outgoing, answer
from integrations.stripe.sandbox.control import ALL_EVENTS, configure_endpoint, control
from integrations.stripe.sandbox.errors import ApiError
from integrations.stripe.sandbox.faults import Faults
from integrations.stripe.sandbox.hosted import show
from integrations.stripe.sandbox.store import Store
from integrations.stripe.sandbox.webhooks import RETRY_SECONDS, Deliverer
from integrations.stripe.sandbox.world import World

__all__ = ["SandboxServer", "routes", "serve"]
MAX_BODY = 6 * 1024 * 1024
TICK_SECONDS = 1.0
logger = logging.getLogger(__name__)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ShopsteadStripeSandbox"
    sys_version = ""
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True
    timeout = 75
    server: "_Server"

    def do_GET(self) -> None:
        """Answer a GET."""
        self._respond()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._respond()

    def do_DELETE(self) -> None:
        """Answer a DELETE."""
        self._respond()

    def do_HEAD(self) -> None:
        """Answer a HEAD."""
        self._respond()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Log to the debug level instead of stderr."""
        logger.debug(format, *args)

    def _respond(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            self.close_connection = True
            self._send(Outgoing(413, json.dumps({"error": {"type": "invalid_request_error", "message": "Too large."}})))
            return
        body = self.rfile.read(int(length))
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Incoming(self.command, parts.path, parts.query, headers, body)
        try:
            outgoing = self._answer(request)
        except ConnectionReset:
            self._reset()
            return
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            outgoing = Outgoing(500, "The sandbox failed. Its log says why.", kind="text/plain; charset=utf-8")
        self._send(outgoing)

    def _answer(self, request: Incoming) -> Outgoing:
        world = self.server.world
        world.tick()
        if request.path.startswith(("/v1/", "/v2/")):
            return answer(world, request)
        if request.path.startswith("/_sandbox/"):
            try:
                shown = control(world, request.method, request.path, request.body)
            except ApiError as error:
                return Outgoing(error.status, json.dumps(error.body()))
            return Outgoing(200, json.dumps(shown, indent=2, ensure_ascii=False))
        return show(world, request)

    def _send(self, outgoing: Outgoing) -> None:
        body = outgoing.body.encode()
        self.send_response(outgoing.status)
        self.send_header("Content-Type", outgoing.kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in outgoing.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _reset(self) -> None:
        """Cut the connection with a TCP reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    world: World

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what a client did to its connection, without a trace on stderr."""
        logger.debug("connection %s with %s failed", request, client_address, exc_info=True)


class SandboxServer:
    """A sandbox with its state file; `start()` listens in threads of its own, `stop()` ends them all.

    `port` 0 takes a free one. `public_url` is what browsers are sent to, the server's own address by default.
    `webhook_secret` is that of the endpoint at `webhook_url`, made up and kept where none is given; it gets `webhook_events`.
    """

    def __init__(
        self,
        state: Path | str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str | None = None,
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        webhook_events: Sequence[str] = ALL_EVENTS,
        merchant_name: str = "Shopstead",
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self.http = _Server((host, port), _Handler, bind_and_activate=False)
        self.http.allow_reuse_address = True
        self.http.server_bind()
        self.http.server_activate()
        self.url = f"http://{host}:{self.http.server_address[1]}"
        store = Store(state)
        faults = Faults()
        self.deliverer = Deliverer(store, faults, retry_seconds)
        public = (public_url or self.url).rstrip("/")
        self.world = World(store, public, merchant_name, self.deliverer.wake, faults)
        self.http.world = self.world
        self.webhook_secret = (
            configure_endpoint(self.world, webhook_url, webhook_secret, webhook_events) if webhook_url else None
        )
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(
                target=self.http.serve_forever, kwargs={"poll_interval": 0.1}, name="sandbox", daemon=True
            ),
            threading.Thread(target=self._tick, name="sandbox-clock", daemon=True),
        ]

    def start(self) -> "SandboxServer":
        """Listen; return the server itself."""
        self.deliverer.start()
        for thread in self.threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Stop listening, end the threads and close the state file."""
        self.stopping.set()
        self.http.shutdown()
        self.http.server_close()
        self.deliverer.stop()
        for thread in self.threads:
            thread.join(timeout=5)
        self.world.store.close()

    def _tick(self) -> None:
        while not self.stopping.wait(TICK_SECONDS):
            try:
                self.world.tick()
            except Exception:
                logger.exception("the sandbox clock failed")


def serve(state: Path | str, **options: Any) -> SandboxServer:
    """Start a sandbox and return it; takes the options of SandboxServer."""
    return SandboxServer(state, **options).start()
