"""Hostile hosts, more than two hundred, at three doors: the store that has exactly this host, or a 404 that repeats nothing."""

from itertools import product
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from core.outbox.models import OutboxMessage
from tenants.models import Domain, Tenant

OWN, OTHER = "acme.localhost", "globex.localhost"
STRANGE = ["evil.com", "evil.com:80", "localhost.evil.com", f"{OWN}.evil.com", f"evil-{OWN}", f"{OWN}evil.com", "127.0.0.2", "0",
           "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "metadata.google.internal", "public.localhost",
           "t_00000000000000000000.localhost", "admin.localhost", "internal", "localhost.localdomain", "x" * 64 + ".localhost",
           "x." * 120 + "localhost", "xn--80ak6aa92e.localhost", "аcme.localhost", "ａcme.localhost", "acme。localhost",
           "acme․localhost", "acmE\u0307.localhost", "acme\u200b.localhost", "acme\u00ad.localhost",
           "", " ", "acmé.localhost", "acme..localhost", "acme_localhost", "acme%2elocalhost", "LOCALHOST.", "localhost.",
           f"{OWN},{OTHER}", f"{OWN} {OTHER}", "'; DROP TABLE tenants_domain;--", "a" * 300]  # fmt: skip
BEFORE = ["www.", "//", "http://", "https://evil.com/", "evil.com@", "user:pass@", "evil.com#", "evil.com?", "evil.com/", "-", ".",
          "*.", "%", "\\", "'", '"', "<script>", "{{7*7}}", "${x}", "\t", "evil.com,", "evil.com ", "evil.com;", "_"]  # fmt: skip
AFTER = [".", "..", ":", ":x", ":80x", ":-1", ":80:80", ":8\u0660",
         "/", "/..", "\\", "#", "?", "@evil.com", ",evil.com", " evil.com",
         ";evil.com", "%00", "%2e", "%0d%0aX: y", "\x00", "\x01", "'", '"', "<", "&",
         "|", "_", "-", "*", "\u202e", ".evil.com"]  # fmt: skip
HOSTS = sorted(
    {*STRANGE, *(f"{one}{host}" for one, host in product(BEFORE, (OWN, OTHER))),
     *(f"{host}{one}" for one, host in product(AFTER, (OWN, OTHER))),
     *(f"{one}{host}{other}" for one, host, other in product(BEFORE[:8], (OWN,), AFTER[:8]))}
)  # fmt: skip
DOORS: list[tuple[str, str, dict[str, str]]] = [
    ("get", "/", {}),
    ("post", "/account/login/", {"way": "link", "email": "albatross@example.com"}),
    ("post", "/login/", {"username": "acme@example.com", "password": "x"}),
    ("post", "/password/", {"email": "acme@example.com"}),
    ("post", "/webhooks/stripe/", {}),
]


def test_there_are_enough_of_them() -> None:
    assert len(HOSTS) >= 200


@pytest.mark.guard("exact-host", found="was served")
def test_no_hostile_host_leads_anywhere_and_none_is_repeated(acme: Tenant, globex: Tenant) -> None:
    mail.outbox, messages = [], OutboxMessage.objects.count()
    for host in HOSTS:
        for method, path, form in DOORS:
            answer = knock(method, path, form, host)
            assert answer.status_code in (400, 404), f"{host!r} was served {path}: {answer.status_code}"
            told = answer.content.decode(errors="replace") + str(answer.headers)
            for word in ("evil", "Acme", "Globex", "7*7", "<script>", OWN, OTHER):
                assert word not in told, f"{host!r} is repeated by {path}"
            assert not answer.cookies, host
    assert (len(mail.outbox), OutboxMessage.objects.count()) == (0, messages)


@pytest.mark.guard("forwarded-host-unheard", found="was served")
def test_headers_beside_the_host_choose_no_store_and_stand_in_no_answer(acme: Tenant, globex: Tenant) -> None:
    for header in ("X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Forwarded-Server", "Forwarded", "X-Rewrite-Url"):
        for host in (OTHER, "evil.com", "localhost"):
            for method, path, form in DOORS[:2]:
                answer = knock(method, path, form, OWN, **{header: host if header != "Forwarded" else f"host={host}"})
                tenant = getattr(answer.wsgi_request, "tenant", None)
                assert tenant == acme, f"{tenant} was served for {header}: {host}"
                assert "evil.com" not in answer.content.decode() + str(answer.headers)


@pytest.mark.guard("verified-hosts-only", found="200")
def test_a_host_that_nobody_proved_leads_nowhere(acme: Tenant) -> None:
    Domain.objects.create(tenant=acme, domain="shop.example.com", is_primary=False, verified_at=None)
    assert knock("get", "/", {}, "shop.example.com").status_code == 404


def knock(method: str, path: str, form: dict[str, str], host: str, **headers: str) -> Any:
    client = Client(raise_request_exception=False)
    return getattr(client, method)(path, form, headers={"host": host, **headers})
