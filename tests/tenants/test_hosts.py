"""A host name leads to its own store or nowhere."""

import pytest
from django.test import Client

from tenants.hosts import canonical_host
from tenants.models import Domain, Tenant

HOSTILE = [
    "", " ", "evil.com", "acme.localhost.evil.com", "evil.acme.localhost", "acme.localhost.", "acme.localhost:80a",
    "acme.localhost@evil.com", "evil.com@acme.localhost", "[::1]", "[::1]:8000", "acme.localhost/..", "acme..localhost",
    "-acme.localhost", "acme_localhost", "acmé.localhost", "аcme.localhost", "acme.localhost\t", "acme%2elocalhost",
    "localhost.", "LOCALHOST.", "public.localhost", "t_00000000000000000000.localhost", "www.acme.localhost", "..", "a" * 300,
    "acme.localhost:", "acme.localhost,globex.localhost", "acme.localhost globex.localhost", "'; DROP TABLE tenants_domain;--",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTILE)
def test_a_hostile_host_gets_a_page_that_says_nothing(acme: Tenant, host: str) -> None:
    response = Client().get("/", headers={"host": host})
    assert response.status_code in (400, 404), host
    assert b"Acme" not in response.content


@pytest.mark.parametrize("host", ["acme.localhost", "ACME.localhost", "acme.localhost:8000"])
def test_a_store_answers_on_its_own_host_in_any_case_and_port(acme: Tenant, host: str) -> None:
    assert canonical_host(host) == "acme.localhost"
    response = Client().get("/robots-are-not-here", headers={"host": host})
    assert response.status_code == 404
    assert response.wsgi_request.tenant == acme


def test_a_forwarded_host_is_not_believed(acme: Tenant, globex: Tenant) -> None:
    response = Client().get("/", headers={"host": "acme.localhost", "x-forwarded-host": "globex.localhost"})
    assert response.wsgi_request.tenant == acme


def test_an_unverified_domain_leads_nowhere(acme: Tenant) -> None:
    Domain.objects.create(tenant=acme, domain="shop.example.com", is_primary=False, verified_at=None)
    assert Client().get("/", headers={"host": "shop.example.com"}).status_code == 404
