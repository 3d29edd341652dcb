"""A database session serves its number of stores and ends between two requests, because its server process only grows."""

import pytest
from django.db import connection

from core.tenancy import in_public, in_tenant
from storefront.catalog.models import Product
from tenants.models import Tenant


def visit(tenant: Tenant) -> int:
    """Read in a store and on public, and return the server's process."""
    with in_tenant(tenant):
        Product.objects.count()
    with in_public(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(("most", "ends"), [(1, True), (100, False)])
def test_a_session_ends_between_requests_after_its_number_of_stores(
    committed_store: Tenant, monkeypatch: pytest.MonkeyPatch, most: int, ends: bool
) -> None:
    connection.close()
    monkeypatch.setattr("core.db.backend.base._MOST_STORES", most)
    first = visit(committed_store)
    assert visit(committed_store) == first  # within a request nothing ends
    connection.close_if_unusable_or_obsolete()
    assert (visit(committed_store) != first) is ends


def test_one_store_however_often_is_one(committed_store: Tenant) -> None:
    connection.close()
    for _ in range(20):
        visit(committed_store)
    assert len(connection.paths_met) <= 2
