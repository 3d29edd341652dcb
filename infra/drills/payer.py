"""A shopper who buys by the public API and pays at the hosted page, and who presses again when nothing answers."""

import http.client
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.site import Site

ADDRESS = {
    "name": "A Shopper",
    "line1": "1 Mill Road",
    "city": "Leeds",
    "postcode": "LS1 1AA",
    "country": "GB",
}
CARD = {
    "method": "card",
    "number": "4242424242424242",
    "expiry": "12 / 34",
    "cvc": "123",
    "name": "A Shopper",
    "pay": "1",
}
TRIES = 60
PAUSE_SECONDS = 0.25


class GaveUp(Exception):
    """Nothing answered for a quarter of a minute."""


@dataclass(frozen=True)
class Bought:
    """How far somebody came: `page` is where they were to pay; `paid` says that the provider took their money."""

    email: str
    page: str = ""
    paid: bool = False
    tries: int = 0


class Buyer:
    """Somebody in a store of the running platform, with an address of their own."""

    def __init__(self, site: Site, slug: str, variant_id: int, email: str) -> None:
        self.site, self.slug, self.host = site, slug, f"{slug}.localhost"
        self.variant_id, self.email = variant_id, email
        self.tries = 0

    def buy(self, *, pays: bool = True, comes_back: bool = True) -> Bought:
        """Fill a cart, check out, pay where `pays`, and come back from the page where `comes_back`."""
        page = self.check_out(self.fill())
        if not page or not pays:
            return Bought(self.email, page, tries=self.tries)
        back = self.pay(page)
        if comes_back and back:
            self.come_back(back)
        return Bought(self.email, page, paid=bool(back), tries=self.tries)

    def fill(self) -> str:
        """Put one thing into a new cart and return the cart."""
        cart = str(self.ask("POST", "/api/storefront/v1/carts", {})["id"])
        self.ask("POST", f"/api/storefront/v1/carts/{cart}/lines", {"variant_id": self.variant_id, "quantity": 1})
        return cart

    def check_out(self, cart: str) -> str:
        """Make a cart an order and return the page where it is paid."""
        placed = self.ask("POST", f"/api/storefront/v1/carts/{cart}/checkout", self.details)
        return placed.get("redirect_url") or ""

    @property
    def details(self) -> dict[str, Any]:
        """What the shopper tells at checkout."""
        return {"email": self.email, "shipping_address": ADDRESS, "payment": {"method": "stripe"}}

    def ask(self, method: str, path: str, words: dict[str, Any]) -> dict[str, Any]:
        """Return the answer; what is cut off or told to wait is asked again, with a key of its own each time."""
        for _try in range(TRIES):
            self.tries += 1
            try:
                status, body, _location = self.send(
                    method, self.site.port, self.host, path, json.dumps(words), "application/json"
                )
            except (OSError, http.client.HTTPException):
                status, body = 0, ""
            if status in (200, 201):
                answer: dict[str, Any] = json.loads(body)
                return answer
            if status not in (0, 409, 429, 500, 502, 503):
                raise RuntimeError(f"{path} answered {status}: {body[:300]}")
            time.sleep(PAUSE_SECONDS)
        raise GaveUp(path)

    def pay(self, page: str) -> str:
        """Pay at the provider's page and return where it leads back to; a page that does not open is asked for again."""
        where = urlsplit(page)
        body = urlencode({**CARD, "email": self.email})
        for _try in range(TRIES):
            try:
                _status, _body, location = self.send(
                    "POST",
                    where.port or 80,
                    where.hostname or "",
                    where.path,
                    body,
                    "application/x-www-form-urlencoded",
                )
            except ConnectionRefusedError:
                time.sleep(PAUSE_SECONDS)
                continue
            return location
        raise GaveUp(page)

    def come_back(self, address: str) -> None:
        """Look at the page after paying, once: whoever sees nothing there closes the tab."""
        where = urlsplit(address)
        try:
            self.send("GET", self.site.port, self.host, f"{where.path}?{where.query}")
        except (OSError, http.client.HTTPException):
            return

    def send(
        self, method: str, port: int, host: str, path: str, body: str | None = None, kind: str = ""
    ) -> tuple[int, str, str]:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
        try:
            headers = {"Host": f"{host}:{port}"}
            if body is not None:
                headers |= {"Content-Type": kind, "Idempotency-Key": uuid.uuid4().hex}
            link.request(method, path, body, headers)
            response = link.getresponse()
            return response.status, response.read().decode(errors="replace"), response.headers.get("Location", "")
        finally:
            link.close()
