"""The guards between a request and a store."""

import pytest

from tests.isolation.guards.registry import guard


@guard("store-of-the-host", "T4", "T19", what="A request runs in the schema of the store whose host it names.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody into globex, whatever host was asked."""
    from core.tenancy import in_tenant
    from tenants.models import Tenant

    globex = Tenant.objects.get(slug="globex")
    monkeypatch.setattr("tenants.middleware.in_tenant", lambda _tenant: in_tenant(globex))


@guard("membership", "T21", what="A dashboard asks on every request whether this person has a place in this store.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.models import Membership

    member = Membership.objects.filter(tenant__slug="acme").first()
    monkeypatch.setattr("tenants.middleware.find_membership", lambda **_who: member)


@guard("job-of-this-store", "T4", "T5", what="Jobs stand in public, and each question for one names the current store.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.jobs.models import Job

    monkeypatch.setattr(
        "core.jobs.selectors.current_schema",
        lambda: Job.objects.exclude(title__startswith="albatross").latest("pk").schema_name,
    )


@guard("store-in-cache-key", "T6", what="Every key of the cache begins with the schema's name.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.cache.current_schema", lambda: "everybody")
