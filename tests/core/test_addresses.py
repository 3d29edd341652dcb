"""The address that limits count is the visitor's, and a visitor cannot choose it."""

import ast
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory

from core.addresses import client_address

ROOT = Path(__file__).resolve().parents[2]
PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]

# what connected, X-Forwarded-For, whose request it is
HOPS = [
    ("203.0.113.9", None, "203.0.113.9"),
    ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a stranger says so of himself
    ("10.0.0.1", None, "10.0.0.1"),
    ("10.0.0.1", "", "10.0.0.1"),
    ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
    ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # what the visitor sent stands to the left
    ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),  # two proxies of ours
    ("10.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"),  # forged to look like a proxy of ours
    ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),  # all ours: the farthest
    ("10.0.0.1", "unknown", "10.0.0.1"),
    ("10.0.0.1", "198.51.100.1, ' OR 1=1 --", "10.0.0.1"),
    ("10.0.0.1", "198.51.100.1, 10.0.0.2, ", "10.0.0.1"),
    ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
    ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
    ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
    ("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
    ("fd00::1", "2001:db8::7", "2001:db8::7"),
    ("", "198.51.100.1", ""),
    ("unix:", "198.51.100.1", "unix:"),
]


@pytest.mark.parametrize(("connected", "forwarded", "expected"), HOPS)
def test_the_last_hop_that_is_not_ours_is_the_visitor(
    settings: Any, connected: str, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=connected)
    assert client_address(request) == expected


def test_without_trusted_proxies_the_header_is_air(settings: Any) -> None:
    settings.TRUSTED_PROXIES = []
    request = RequestFactory().get("/", headers={"x-forwarded-for": "198.51.100.1"}, REMOTE_ADDR="127.0.0.1")
    assert client_address(request) == "127.0.0.1"


@pytest.mark.parametrize(("trusted", "last_status"), [([], 429), (["10.0.0.0/8"], 422)])
def test_a_limit_counts_visitors_and_not_the_proxy(
    settings: Any, platform_client: Client, trusted: list[str], last_status: int
) -> None:
    """51 people behind one proxy each mistype a password once; only a platform that knows the proxy lets the last one try."""
    settings.TRUSTED_PROXIES = [ip_network(text) for text in trusted]
    for number in range(1, 52):
        answer = platform_client.post(
            "/login/",
            {"email": f"person{number}@example.com", "password": "not the right one"},
            headers={"x-forwarded-for": f"1.2.3.4, 198.51.100.{number}"},
            REMOTE_ADDR="10.0.0.1",
        )
    assert answer.status_code == last_status


def test_nobody_else_reads_the_connecting_address() -> None:
    packages = ("platform", "tenants", "storefront", "billing", "analytics", "recsys")
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in packages
        for path in (ROOT / package).rglob("*.py")
        if path.name != "addresses.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR")
    ]
    assert found == []
