"""One run over the stores that a test has, and what can spoil it."""

from datetime import datetime

import pytest

from core.tenancy import in_tenant
from storefront.content.models import Page
from tenants.fleet.models import MigrationRun
from tenants.fleet.services import migrate_fleet, running, survey_fleet
from tenants.models import Tenant
from tests.tenants.provisioning.catalog import read_catalog

UNIQUE = "migrations.AddConstraint('page', models.UniqueConstraint('title', name='page_title_once')),"
PYTHON = "migrations.RunPython(lambda apps, editor: apps.get_model('content', 'Page').objects.update(title='Renamed')),"


def run_now(now: datetime, **options: object) -> MigrationRun | None:
    return migrate_fleet(survey=survey_fleet(now=now), actor="test", now=now, workers=1, **options)  # type: ignore[arg-type]


def columns(tenant: Tenant) -> set[str]:
    return {row[2] for row in read_catalog(tenant.schema_name) if row[:2] == ("column", "content_page")}


def spoil(tenant: Tenant) -> None:
    """Write what a unique title refuses."""
    with in_tenant(tenant):
        Page.objects.all().update(title="The same")


def put_last(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the dice: this store comes after all the others."""
    monkeypatch.setattr(running, "_dice", lambda _run, each: (each.tenant.slug == slug, each.tenant.slug))
