"""The one door into a store."""

import pytest
from django.db import ProgrammingError, transaction

from core.cache import make_key
from core.tenancy import NoTenant, TenantNotReady, current_schema, current_tenant, in_schema, in_tenant
from storefront.catalog.models import Collection
from tenants.enums import WORKING_STATES, TenantState
from tenants.models import Tenant


def test_a_store_sees_its_own_rows_only(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(acme):
        Collection.objects.create(title="Canary of acme", handle="canary")
    with in_tenant(globex):
        assert not Collection.objects.filter(title="Canary of acme").exists()
    with in_tenant(acme):
        assert Collection.objects.filter(title="Canary of acme").exists()


def test_store_tables_do_not_exist_in_public(db: None) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        Collection.objects.count()


def test_leaving_a_store_restores_the_one_before_even_after_an_error(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(acme):
        with pytest.raises(ZeroDivisionError), in_tenant(globex):
            raise ZeroDivisionError
        assert current_schema() == acme.schema_name
    assert current_schema() == "public"


@pytest.mark.guard("only-working-stores")
@pytest.mark.parametrize("state", [s for s in TenantState if s not in WORKING_STATES])
def test_a_store_that_is_not_ready_cannot_be_entered(acme: Tenant, state: TenantState) -> None:
    Tenant.objects.filter(pk=acme.pk).update(state=state, step="done")
    acme.refresh_from_db()
    with pytest.raises(TenantNotReady), in_tenant(acme):
        pass
    with pytest.raises(TenantNotReady), in_schema(acme.schema_name):
        pass


def test_an_unknown_schema_cannot_be_entered(db: None) -> None:
    with pytest.raises(TenantNotReady), in_schema("t_ffffffffffffffffffff"):
        pass


def test_outside_a_store_there_is_no_current_store(db: None) -> None:
    with pytest.raises(NoTenant):
        current_tenant()


def test_cache_keys_differ_between_stores(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(acme):
        first = make_key("cart", "", 1)
    with in_tenant(globex):
        second = make_key("cart", "", 1)
    assert first != second
