"""Who was erased stays so when the whole database is taken back to an older day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.db import connection, connections

from core.tenancy import in_public, in_tenant
from storefront.customers.buyers import find_or_create_buyer
from storefront.customers.models import Customer
from storefront.customers.services import erase_customer
from storefront.orders.models import Order
from tenants.archive.models import Erasure
from tenants.archive.services import journal
from tenants.archive.services.journal import keep_erasures
from tenants.models import Tenant
from tests.storefront.orders.making import make_order

GONE, STAYS = "gone@example.com", "stays@example.com"


@pytest.fixture
def log(settings: LazySettings, tmp_path: Path) -> Path:
    settings.ERASURE_LOG = tmp_path / "kept" / "erasures.log"
    return Path(settings.ERASURE_LOG)


@contextmanager
def put_back(older: str) -> Iterator[None]:
    """Work on a copy of the database that was made before, as after a restore of the whole server."""
    settings_dict: dict[str, Any] = connection.settings_dict
    name = settings_dict["NAME"]
    connections.close_all()
    settings_dict["NAME"] = older
    try:
        yield
    finally:
        connections.close_all()
        settings_dict["NAME"] = name


def on_server(statement: str) -> None:
    """Run a statement that no database may be open for."""
    connections.close_all()
    said = connection.get_connection_params()
    facts = {name: said[name] for name in ("host", "port", "user", "password") if said.get(name)}
    with psycopg.connect(dbname="postgres", autocommit=True, **facts) as server:
        server.execute(statement)  # type: ignore[call-overload]


@pytest.fixture
def older() -> Iterator[str]:
    name = f"{connection.settings_dict['NAME']}_older"
    on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    yield name
    on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def people(store: Tenant) -> set[str]:
    with in_tenant(store):
        return {
            *Customer.objects.values_list("email", flat=True),
            *Order.objects.exclude(email="").values_list("email", flat=True),
        }


def test_a_database_that_was_taken_back_is_told_again_who_was_erased(
    committed_store: Tenant, log: Path, older: str, now: datetime
) -> None:
    with in_tenant(committed_store):
        order = make_order(now, email=GONE)
        make_order(now + timedelta(seconds=1), email=STAYS)
    on_server(f'CREATE DATABASE "{older}" TEMPLATE "{connection.settings_dict["NAME"]}"')
    with in_tenant(committed_store):
        erase_customer(customer_id=order.customer_id or 0, now=now)
        lineage = Erasure.objects.get(
            subject_hash__in=[line.split()[1] for line in log.read_text().splitlines()]
        ).lineage
    assert log.stat().st_mode & 0o777 == 0o600 and GONE not in log.read_text()
    assert GONE not in people(committed_store)
    with put_back(older):
        assert people(committed_store) >= {GONE, STAYS}, "the older day knows them"
        kept = keep_erasures(now=now)
        assert kept.replayed == 1
        left = people(committed_store)
        assert GONE not in left and STAYS in left
        with in_public():
            assert Erasure.objects.filter(lineage=lineage).count() == 1
        # Somebody who comes back later is a new customer, and no round takes them away again.
        with in_tenant(committed_store):
            find_or_create_buyer(email=GONE, name="Maya", language="en", country="US", now=now)
        assert keep_erasures(now=now) == journal.Kept(written=0, replayed=0)
        assert GONE in people(committed_store)


def test_the_file_is_made_whole_from_the_database_and_bears_a_line_that_was_cut_off(
    acme: Tenant, log: Path, now: datetime
) -> None:
    with in_tenant(acme):
        for number in range(3):
            buyer = find_or_create_buyer(email=f"{number}@example.com", name="", language="en", country="US", now=now)
            erase_customer(customer_id=buyer.pk, now=now)
    total = Erasure.objects.count()
    log.parent.mkdir()
    log.write_text("not a line\n" + "0" * 30)  # what a full disk or a crash leaves
    assert keep_erasures(now=now) == journal.Kept(written=total, replayed=0)
    assert keep_erasures(now=now) == journal.Kept(written=0, replayed=0)
    Erasure.objects.all().delete()
    assert keep_erasures(now=now).replayed == total
    assert Erasure.objects.count() == total


def test_a_store_that_cannot_be_looked_through_is_tried_again(
    acme: Tenant, log: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_tenant(acme):
        buyer = find_or_create_buyer(email=GONE, name="", language="en", country="US", now=now)
        erase_customer(customer_id=buyer.pk, now=now)
    keep_erasures(now=now)
    Erasure.objects.all().delete()

    def fail(**_words: object) -> int:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(journal, "reapply_erasures", fail)
        assert keep_erasures(now=now).replayed == 0
    assert not Erasure.objects.exists(), "nobody is called erased who was not"
    assert keep_erasures(now=now).replayed == 1
