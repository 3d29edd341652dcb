"""A new store: whole, its own, made once."""

from datetime import datetime

import pytest
from django.core.management import call_command

from accounts.models import User
from core.tenancy import in_tenant
from storefront.catalog.models import Collection
from tenants.enums import ProvisioningStep, TenantState
from tenants.errors import AddressRefused, AddressTaken
from tenants.models import Domain, Membership, Tenant
from tenants.provisioning.schema import SchemaExists, create_schema
from tenants.provisioning.services import provision_tenant, reserve_tenant


def reserve(owner: User, slug: str, now: datetime) -> Tenant:
    return reserve_tenant(owner=owner, slug=slug, name="A store", now=now, actor="test")


def test_a_provisioned_store_is_ready_and_its_owner_is_its_owner(owner: User, now: datetime) -> None:
    tenant = provision_tenant(tenant_id=reserve(owner, "tea-house", now).pk, now=now)
    assert (tenant.state, tenant.step) == (TenantState.READY, ProvisioningStep.DONE)
    assert Domain.objects.get(tenant=tenant).domain == "tea-house.localhost"
    assert Membership.objects.get(tenant=tenant).role == "owner"


def test_a_provisioned_store_has_no_migration_left_to_apply(
    owner: User, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    tenant = provision_tenant(tenant_id=reserve(owner, "nothing-left", now).pk, now=now)
    call_command("migrate_schemas", schema_name=tenant.schema_name, interactive=False, verbosity=1)
    assert "No migrations to apply" in capsys.readouterr().out


def test_provisioning_twice_changes_nothing(owner: User, now: datetime) -> None:
    tenant = provision_tenant(tenant_id=reserve(owner, "once-only", now).pk, now=now)
    again = provision_tenant(tenant_id=tenant.pk, now=now)
    assert again.ready_at == tenant.ready_at
    assert again.events.filter(type="provisioned").count() == 1


@pytest.mark.guard("new-schema-is-new", found="DID NOT RAISE")
def test_a_schema_that_stands_already_is_never_taken_over(owner: User, now: datetime) -> None:
    tenant = reserve(owner, "no-takeover", now)
    create_schema(tenant.schema_name)
    with in_tenant(tenant, any_state=True):
        Collection.objects.create(handle="canary", title="A former merchant's goods")
    with pytest.raises(SchemaExists):
        provision_tenant(tenant_id=tenant.pk, now=now)
    tenant.refresh_from_db()
    assert tenant.state == TenantState.PROVISIONING
    with in_tenant(tenant, any_state=True):
        assert list(Collection.objects.values_list("handle", flat=True)) == ["canary"]


def test_an_address_that_somebody_left_comes_with_an_empty_store(owner: User, now: datetime) -> None:
    former = provision_tenant(tenant_id=reserve(owner, "second-life", now).pk, now=now)
    with in_tenant(former):
        Collection.objects.create(handle="canary", title="A former merchant's goods")
    Tenant.objects.filter(pk=former.pk).delete()
    tenant = provision_tenant(tenant_id=reserve(owner, "second-life", now).pk, now=now)
    assert tenant.schema_name != former.schema_name
    with in_tenant(tenant):
        assert not Collection.objects.exists()
    with in_tenant(former, any_state=True):
        assert Collection.objects.count() == 1


def test_an_address_is_given_once(owner: User, now: datetime) -> None:
    reserve(owner, "only-me", now)
    with pytest.raises(AddressTaken):
        reserve(owner, "Only-Me", now)
    assert Tenant.objects.filter(slug="only-me").count() == 1


@pytest.mark.parametrize(
    "slug",
    ["", "ab", "a" * 41, "-abc", "abc-", "a_b_c", "../beta", "/etc", "admin", "www", "public", "information_schema",
     "pg_catalog", "xn--80ak6aa92e", "acme.evil", "acmé", "аcme", "a b c", "acme'; DROP SCHEMA public;--", "acme\n", "%s%s%s"],
)  # fmt: skip
def test_hostile_and_reserved_addresses_are_refused(owner: User, now: datetime, slug: str) -> None:
    before = Tenant.objects.count()
    if slug == "acme\n":
        with pytest.raises(AddressTaken):
            reserve(owner, slug, now)
    else:
        with pytest.raises(AddressRefused):
            reserve(owner, slug, now)
    assert Tenant.objects.count() == before
