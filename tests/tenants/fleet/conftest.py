"""Migrations that are not there: planted beside the real ones, for one test."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps

PACKAGE = """
from storefront.{app} import migrations as real
__path__ = [*__path__, *real.__path__]
"""
MIGRATION = """
from django.contrib.postgres.operations import *
from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.functions import *

class Migration(migrations.Migration):
    dependencies = [("{app}", "{after}")]
    {attributes}
    operations = [{operations}]
"""
Plant = Callable[..., None]


@pytest.fixture
def plant(tmp_path: Path, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    """Return a function that puts a migration behind an app's real ones; the app's own code does not know of it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = f"planted_{tmp_path.name.replace('-', '_')}"

    def put(
        operations: str,
        *,
        app: str = "content",
        name: str = "0900_planted",
        after: str = "",
        attributes: str = "",
    ) -> None:
        folder = tmp_path / f"{package}_{app}"
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").write_text(PACKAGE.format(app=app))
        own = Path(apps.get_app_config(app).path) / "migrations"
        after = after or max(file.stem for file in own.glob("0*.py"))
        words = MIGRATION.format(app=app, after=after, attributes=attributes or "pass", operations=operations)
        (folder / f"{name}.py").write_text(words)
        settings.MIGRATION_MODULES = {app: folder.name}  # type: ignore[attr-defined]
        for module in [each for each in sys.modules if each.startswith(folder.name)]:
            del sys.modules[module]

    yield put
    for module in [each for each in sys.modules if each.startswith(package)]:
        del sys.modules[module]


NOTE = "migrations.AddField('page', 'note', models.CharField(max_length=40, null=True)),"
