"""A sandbox of one test with a client, a person's browser and a receiver of webhooks."""

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from integrations.stripe.sandbox import SandboxServer

KEY = "sk_test_sandbox"
DAY = 24 * 3600


@dataclass
class Answer:
    """An HTTP answer: `location` is where a redirect leads."""

    status: int
    text: str
    location: str
    headers: dict[str, str]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay())


def fetch(url: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
    """GET, or POST a form, without following redirects."""
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(url, data, {name.replace("_", "-"): value for name, value in headers.items()})
    try:
        answer = _opener.open(request, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        shown = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, answer.read().decode(), shown.get("location", ""), shown)


def card_form(number: str = "4242424242424242", **changes: str) -> dict[str, str]:
    """Return what a person types on a pay page."""
    form = {"email": "maya@example.com", "method": "card", "number": number, "expiry": "12 / 34", "cvc": "123"}
    return form | {"name": "Maya Lind", "pay": "1"} | changes


def control(server: SandboxServer, method: str, name: str, **content: Any) -> Any:
    """Call the sandbox's own API."""
    data = json.dumps(content).encode() if method == "POST" else None
    request = urllib.request.Request(f"{server.url}/_sandbox/{name}", data, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def wait_for(condition: Callable[[], Any]) -> Any:
    """Return the condition's first true value, or fail after 20 seconds."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        threading.Event().wait(0.02)
    pytest.fail("it did not come true")


@dataclass
class Receiver:
    """A site that takes webhooks: `answers` are the statuses of its next answers, then 200."""

    url: str
    got: list[tuple[bytes, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def events(self, secret: str) -> list[stripe.Event]:
        """Return what came, with its signatures checked."""
        return [stripe.Webhook.construct_event(body, header, secret) for body, header in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A running receiver of webhooks."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = found.answers.pop(0) if found.answers else 200
            found.got.append((body, self.headers["Stripe-Signature"]))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(f"http://127.0.0.1:{server.server_address[1]}/webhooks/stripe/")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state file of the test's sandbox."""
    return tmp_path / "sandbox.sqlite3"


@pytest.fixture
def server(state: Path) -> Iterator[SandboxServer]:
    """A running sandbox that repeats failed deliveries at once."""
    running = SandboxServer(state, retry_seconds=(0, 0, 0)).start()
    yield running
    running.stop()


def client_of(server: SandboxServer, **options: Any) -> stripe.StripeClient:
    """Return a client that talks to a sandbox."""
    return stripe.StripeClient(KEY, base_addresses={"api": server.url}, max_network_retries=0, **options)


@pytest.fixture
def client(server: SandboxServer) -> stripe.StripeClient:
    """A client that talks to the test's sandbox."""
    return client_of(server)


def open_checkout(
    client: stripe.StripeClient, *, account: str | None = None, **changes: Any
) -> stripe.checkout.Session:
    """Open a checkout over 12.50 USD in payment mode."""
    price = {"currency": "usd", "unit_amount": 1250, "product_data": {"name": "Enamel mug"}}
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": "https://shop.example/done?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/cart/",
    }
    options: Any = {"stripe_account": account} if account else {}
    return client.v1.checkout.sessions.create(params | changes, options)  # type: ignore[arg-type]


def make_plan(client: stripe.StripeClient, amount: int = 2900, interval: str = "month") -> stripe.Price:
    """Create a product with a recurring price in USD."""
    product = client.v1.products.create({"name": "Growth"})
    recurring: Any = {"interval": interval}
    return client.v1.prices.create(
        {"product": product.id, "currency": "usd", "unit_amount": amount, "recurring": recurring}
    )


def error_of(caught: stripe.StripeError) -> dict[str, Any]:
    """Return the error object of an answer; the library keeps its code only for some kinds."""
    body: Any = caught.json_body
    return dict(body["error"])


def event_types(client: stripe.StripeClient, account: str | None = None) -> list[str]:
    """Return the types of all events so far, oldest first."""
    options: Any = {"stripe_account": account} if account else {}
    return [event["type"] for event in client.v1.events.list({"limit": 100}, options).data][::-1]
