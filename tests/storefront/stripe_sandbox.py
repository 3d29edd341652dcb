"""A real sandbox server for tests, and a shopper at its payment page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import LazySettings

from integrations.stripe.sandbox import SandboxServer
from integrations.stripe.sandbox.cards import Card, make_card_method
from integrations.stripe.sandbox.checkout import pay_session

GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"


class Shopper:
    """Someone at the payment page, and someone who can break the service."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server

    def pay(self, account_id: str, session_id: str, card: str = GOOD_CARD) -> str:
        """Pay an open session with a card and return what became of the intent."""
        world = self.server.world
        scope = world.scope(account_id)
        with world.store.transaction():
            session = scope.get("checkout.session", session_id)
            method = make_card_method(scope, Card(card, 12, 2034, "123"))
            return pay_session(scope, session, method, email="maya@example.com", name="Maya Lindqvist")

    def plant(self, **fault: Any) -> None:
        self._control("POST", "faults", fault)

    def repair(self) -> None:
        self._control("DELETE", "faults")

    def advance(self, seconds: int) -> None:
        self._control("POST", "clock", {"advance": seconds})

    def requests(self) -> list[dict[str, Any]]:
        return list(self._control("GET", "requests"))

    def sessions(self, account_id: str) -> list[dict[str, Any]]:
        answer = requests.get(
            f"{self.server.url}/v1/checkout/sessions",
            auth=("sk_test_tests", ""),
            headers={"Stripe-Account": account_id},
            timeout=10,
        )
        return list(answer.json()["data"])

    def _control(self, method: str, name: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self.server.url}/_sandbox/{name}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture
def sandbox_server(tmp_path: Path) -> Iterator[SandboxServer]:
    server = SandboxServer(tmp_path / "sandbox.sqlite3").start()
    yield server
    server.stop()


@pytest.fixture
def shopper(sandbox_server: SandboxServer, settings: LazySettings) -> Iterator[Shopper]:
    """Point the gateway at the sandbox and come as a shopper."""
    settings.STRIPE_API_BASE = sandbox_server.url
    settings.STRIPE_SECRET_KEY = "sk_test_tests"
    someone = Shopper(sandbox_server)
    yield someone
    someone.repair()
