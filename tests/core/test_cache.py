"""What was cached for one schema can be forgotten, and nothing else goes with it."""

import os
from typing import Any

import pytest
from django.core.cache import cache

from core import cache as own
from core.tenancy import in_tenant
from tenants.models import Tenant

REAL = {"BACKEND": "core.cache.SharedCache", "LOCATION": os.environ.get("BROKER_URL", "")}
LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "forgetting"}


@pytest.mark.parametrize(
    "backend", [pytest.param(REAL, marks=pytest.mark.broker, id="server"), pytest.param(LOCAL, id="local")]
)
def test_a_stores_keys_are_forgotten_in_blocks_and_no_others(
    acme: Tenant, globex: Tenant, settings: Any, monkeypatch: pytest.MonkeyPatch, backend: dict[str, str]
) -> None:
    settings.CACHES = {"default": {**backend, "KEY_FUNCTION": "core.cache.make_key"}}
    monkeypatch.setattr(own, "BLOCK", 7)
    for tenant in (acme, globex):
        with in_tenant(tenant):
            cache.set_many({f"key-{number}": number for number in range(20)}, timeout=60)
    assert own.forget_keys(acme.schema_name) == 20
    with in_tenant(acme):
        assert cache.get_many(f"key-{number}" for number in range(20)) == {}
    with in_tenant(globex):
        assert cache.get("key-7") == 7
    assert own.forget_keys(globex.schema_name) == 20
    assert own.forget_keys(globex.schema_name) == 0
