"""A store with a row of every kind and a file of every kind, really committed; and a broom for what the tests make of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import quote_schema_name

from accounts.models import User
from core.jobs.models import Job
from core.outbox.models import OutboxMessage
from core.tenancy import in_public
from tenants.archive.files import folder, remove_folders
from tenants.archive.models import Deletion, Erasure, Restoration
from tenants.models import Tenant
from tenants.provisioning.models import PooledSchema
from tests.fixtures.tenancy import make_store
from tests.isolation.planting import plant
from tests.tenants.archive.sums import table_sums


@pytest.fixture
def folders(tmp_path: Path, settings: Any) -> Path:
    """Put the stores' files under the test's own folder."""
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    settings.ARCHIVE_ROOT = tmp_path / "archives"
    return tmp_path


@pytest.fixture
def swept(stores: dict[str, Tenant], django_db_blocker: Any, folders: Path) -> Iterator[None]:
    """Remove every store and schema that the test leaves behind."""
    with django_db_blocker.unblock(), leaving_nothing():
        yield


@contextmanager
def leaving_nothing() -> Iterator[None]:
    before = set(Tenant.objects.values_list("pk", flat=True))
    schemas = set(list_schemas())
    people = set(User.objects.values_list("pk", flat=True))
    yield
    connection.set_schema_to_public()
    for model in (Restoration, PooledSchema, Deletion, Erasure):
        model.objects.all().delete()
    for tenant in Tenant.objects.exclude(pk__in=before):
        tenant.delete()
    for schema in set(list_schemas()) - schemas:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {quote_schema_name(schema)} CASCADE")
        Job.objects.filter(schema_name=schema).delete()
        remove_folders(schema)
    OutboxMessage.objects.all().delete()
    User.objects.exclude(pk__in=people).delete()


@pytest.fixture
def full_store(swept: None) -> Tenant:
    """A committed store with one row of every kind and three files, one of which no archive holds."""
    return make_full_store()


def make_full_store() -> Tenant:
    with in_public():
        tenant = make_store(f"full-{os.urandom(4).hex()}")
        owner = User.objects.get(email=f"{tenant.slug}@example.com")
    plant(tenant, word=word_of(tenant), first_id=7_000_000, owner=owner)
    for name in ("media/products/one.webp", "private/deep/er/notes.txt", "private/imports/left.upload"):
        kind, _slash, rest = name.partition("/")
        path = folder(kind, tenant.schema_name) / rest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"{word_of(tenant)} {name}".encode() * 100)
    return tenant


def word_of(tenant: Tenant) -> str:
    return f"canary{tenant.slug[-8:]}"


def list_schemas() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%%'")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def globex_sums(stores: dict[str, Tenant], swept: None) -> Any:
    """Return a question: do the two other stores hold the bytes they held when the test began?"""
    others = [tenant.schema_name for tenant in stores.values()]
    before = [table_sums(name) for name in others]
    return lambda: [table_sums(name) for name in others] == before
