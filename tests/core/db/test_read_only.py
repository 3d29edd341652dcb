"""What may only read cannot write, whatever runs in it, and afterwards the connection is as it was."""

import pytest
from django.db import DatabaseError, connection

from core.clock import utc_now
from core.db.read_only import is_refused_change, read_only
from core.tenancy import in_public, in_tenant
from storefront.catalog.models import Product
from tenants.models import Tenant


def make() -> None:
    Product.objects.create(title="Mug", handle="mug", created_at=utc_now(), updated_at=utc_now())


def count() -> int:
    return Product.objects.count()


def test_a_change_is_refused_and_known_as_such(in_acme: Tenant) -> None:
    with pytest.raises(DatabaseError) as caught, read_only():
        make()
    assert is_refused_change(caught.value)
    assert count() == 0
    make()
    assert count() == 1


def test_another_error_is_not_taken_for_it(in_acme: Tenant) -> None:
    with pytest.raises(DatabaseError) as caught, read_only(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert not is_refused_change(caught.value)


@pytest.mark.parametrize("statement", ["SET TRANSACTION READ WRITE", "SET transaction_read_only = off"])
def test_the_block_cannot_free_itself(statement: str, in_acme: Tenant) -> None:
    def free_and_write() -> None:
        with read_only(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.execute(statement)
            make()

    with pytest.raises(DatabaseError):
        free_and_write()
    assert count() == 0


def test_it_may_look_elsewhere_and_comes_back_to_its_store(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(globex):
        make()
    with in_tenant(acme):
        with read_only():
            with in_public():
                assert Tenant.objects.count() >= 2
            assert count() == 0
        assert count() == 0
        with in_tenant(globex):
            with read_only():
                assert count() == 1
            assert count() == 1
        assert count() == 0
