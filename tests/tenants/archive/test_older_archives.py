"""An archive of an older Shopstead is loaded into a schema of its own age, which then grows up."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

import storefront.content.migrations
from accounts.models import User
from core.tenancy import in_tenant
from storefront.content.models import Page
from tenants.archive.errors import ArchiveTooNew
from tenants.archive.services import export_store, restore_as_new
from tenants.models import Tenant
from tenants.provisioning.schema import migration_names
from tests.fixtures.archive import list_schemas

NEXT = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("content", "{last}")]
    operations = [migrations.RunSQL(
        "ALTER TABLE content_page ADD COLUMN subtitle varchar(20) NOT NULL DEFAULT 'from the migration'",
    )]
"""


@pytest.fixture
def tomorrow(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Give the app `content` one more migration than it has."""
    folder = tmp_path / "content_of_tomorrow"
    folder.mkdir()
    here = Path(next(iter(storefront.content.migrations.__path__)))
    names = sorted(path.stem for path in here.glob("0*.py"))
    for path in here.glob("*.py"):
        (folder / path.name).write_text(path.read_text())
    (folder / "__init__.py").touch()
    (folder / "9999_subtitle.py").write_text(NEXT.format(last=names[-1]))
    sys.path.insert(0, str(tmp_path))
    settings.MIGRATION_MODULES = {"content": "content_of_tomorrow"}
    migration_names.cache_clear()
    yield
    migration_names.cache_clear()
    sys.path.remove(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("content_of_tomorrow")]:
        del sys.modules[name]


def test_an_older_archive_is_loaded_at_its_age_and_migrated(
    full_store: Tenant, folders: Path, now: datetime, request: pytest.FixtureRequest
) -> None:
    path = export_store(tenant=full_store, target=folders / "old.shopstead", now=now).path
    owner = User.objects.get(email=f"{full_store.slug}@example.com")
    request.getfixturevalue("tomorrow")
    store = restore_as_new(source=path, slug=f"old-{full_store.slug}"[:40], owner=owner, actor="test", now=now).tenant
    with in_tenant(store), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT subtitle FROM content_page")
        assert cursor.fetchall() == [("from the migration",)]
        cursor.execute("SELECT count(*) FROM django_migrations WHERE name = '9999_subtitle'")
        assert cursor.fetchone() == (1,)
        after = Page.objects.count()
        cursor.execute("SELECT app, name FROM django_migrations")
        assert set(migration_names()) <= set(cursor.fetchall())
    with in_tenant(full_store):
        assert Page.objects.count() == after


def test_an_archive_of_tomorrow_is_refused_today(full_store: Tenant, folders: Path, now: datetime) -> None:
    owner = User.objects.get(email=f"{full_store.slug}@example.com")
    with in_tenant(full_store), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE content_page ADD COLUMN subtitle varchar(20) NOT NULL DEFAULT ''")
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('content', '9999_subtitle', now())")
    path = export_store(tenant=full_store, target=folders / "new.shopstead", now=now).path
    before = set(list_schemas())
    with pytest.raises(ArchiveTooNew, match=r"content\.9999_subtitle"):
        restore_as_new(source=path, slug=f"new-{full_store.slug}"[:40], owner=owner, actor="test", now=now)
    assert set(list_schemas()) == before
