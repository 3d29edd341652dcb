"""A host name leads to its own store; hostile ones are in `tests/isolation/test_hosts.py`."""

import pytest
from django.test import Client

from tenants.hosts import canonical_host
from tenants.models import Tenant


@pytest.mark.parametrize("host", ["acme.localhost", "ACME.localhost", "acme.localhost:8000"])
def test_a_store_answers_on_its_own_host_in_any_case_and_port(acme: Tenant, host: str) -> None:
    assert canonical_host(host) == "acme.localhost"
    response = Client().get("/robots-are-not-here", headers={"host": host})
    assert response.status_code == 404
    assert response.wsgi_request.tenant == acme


@pytest.mark.parametrize("host", ["\u212aiosk.localhost", "kiosk.localhost:8\u0660"])
def test_letters_that_only_become_plain_in_lower_case_are_none(host: str) -> None:
    assert canonical_host(host) is None
