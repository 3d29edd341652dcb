"""The guards between a request and a store."""

import pytest

from tests.guards.registry import guard


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


@guard("exact-host", "T19", what="A host leads to the store that has exactly this host, or to 404.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the first word for the store's name, and a store for whatever is not known."""
    from tenants.models import Tenant

    def guess(host: str) -> Tenant | None:
        named = Tenant.objects.filter(slug=host.split(".")[0].removeprefix("www.")).first()
        return named or Tenant.objects.filter(slug="acme").first()

    monkeypatch.setattr("tenants.middleware.find_tenant", guess)


@guard("forwarded-host-unheard", "T19", what="X-Forwarded-Host is not read.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.middleware import TenantMiddleware

    call = TenantMiddleware.__call__

    def believing(self: TenantMiddleware, request: object) -> object:
        meta = request.META  # type: ignore[attr-defined]
        meta["HTTP_HOST"] = meta.get("HTTP_X_FORWARDED_HOST", meta.get("HTTP_HOST", ""))
        return call(self, request)  # type: ignore[arg-type]

    monkeypatch.setattr(TenantMiddleware, "__call__", believing)


@guard("verified-hosts-only", "T19", "T20", what="Only hosts that were verified lead to a store.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.models import Domain, Tenant

    def find(host: str) -> Tenant | None:
        domain = Domain.objects.select_related("tenant").filter(domain=host).first()
        return domain.tenant if domain else None

    monkeypatch.setattr("tenants.middleware.find_tenant", find)


@guard(
    "allow-listed-address",
    "T18",
    what="A store's address is a to z, digits and hyphens, and none of the platform's.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    monkeypatch.setattr("tenants.slugs._SHAPE", re.compile(".*", re.DOTALL))
    monkeypatch.setattr("tenants.slugs.RESERVED", frozenset())


@guard(
    "own-record-of-accounts", "T22", what="An event of an account goes to the store that owns it by our own records."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Believe what the event says of itself."""
    from billing.webhooks.models import WebhookEvent
    from tenants.models import Tenant

    def believed(external_id: str) -> Tenant | None:
        row = WebhookEvent.objects.get(account=external_id)
        told = row.payload["data"].get("metadata", {})
        return Tenant.objects.filter(schema_name=told.get("tenant", "")).first()

    monkeypatch.setattr("billing.webhooks.services.find_tenant_by_account", believed)


@guard("place-in-the-store", "T21", what="The platform leads into a store only who has a place there.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.models import Tenant

    monkeypatch.setattr("tenants.pages.list_own_tenants", lambda _user: Tenant.objects.all())


@guard("console-for-the-team", "T21", what="The console opens to the platform's own people and is 404 to others.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from console.middleware.gate import ConsoleMiddleware

    monkeypatch.setattr(ConsoleMiddleware, "__call__", lambda self, request: self.get_response(request))
