"""The house keeps its shape."""

import ast
import platform as stdlib_platform
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["platform", "tenants", "storefront", "billing", "analytics", "recsys"]
SOURCES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts
]
HARD_LIMIT = 400
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "misc.py"}


def test_platform_is_a_folder_and_not_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert not (ROOT / "tests" / "platform").exists()
    assert hasattr(stdlib_platform, "python_version")


def test_the_import_contracts_hold() -> None:
    result = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout


def test_no_file_grows_past_the_limit() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > HARD_LIMIT} == {}


def test_no_file_is_a_drawer() -> None:
    assert [path for path in SOURCES if path.name in FORBIDDEN_NAMES] == []


@pytest.mark.guard("one-list-an-app")
@pytest.mark.django_db
def test_every_app_stands_in_one_list_and_says_the_same() -> None:
    assert set(settings.SHARED_APPS) & set(settings.TENANT_APPS) == set()
    for config in apps.get_app_configs():
        stated = getattr(config, "schema", None)
        if stated is not None:
            placed = "tenant" if config.name in settings.TENANT_APPS else "public"
            assert (config.name, stated) == (config.name, placed)
    own = {config.name for config in apps.get_app_configs() if hasattr(config, "schema")}
    assert set(settings.TENANT_APPS) <= own


def test_no_store_table_points_at_a_public_table_nor_the_other_way() -> None:
    crossings = []
    for model in apps.get_models(include_auto_created=True):
        inside = model._meta.app_config.name in settings.TENANT_APPS
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.ManyToManyField | models.OneToOneField):
                target = field.related_model._meta.app_config.name in settings.TENANT_APPS
                if inside != target:
                    crossings.append(f"{model._meta.label}.{field.name}")
    assert crossings == []


def test_string_foreign_keys_follow_the_import_direction() -> None:
    """import-linter does not see `ForeignKey("orders.Order")`: an arrow in the schema is an arrow all the same."""
    floors = ["customers catalog", "search content", "theme", "pricing", "inventory", "shipping", "discounts taxes credits",
              "orders carts alerts", "documents downloads", "payments support reviews wishlists recovery",
              "checkout returns transfer", "drafts"]  # fmt: skip
    height = {app: number for number, floor in enumerate(floors) for app in floor.split()}
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_config.name.startswith("storefront.")
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and height[field.related_model._meta.app_label] > height[model._meta.app_label]
    ]
    assert upward == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = StringIO()
    call_command("makemigrations", dry_run=True, stdout=out)
    assert out.getvalue().strip() == "No changes detected"


def test_only_the_door_switches_schemas() -> None:
    """A raw switch elsewhere is how one store comes to read another one's rows."""
    names = {"tenant_context", "schema_context", "set_tenant", "set_schema", "set_schema_to_public"}
    allowed = {"platform/core/tenancy.py", "platform/core/db/backend/base.py"}
    found = []
    for path in SOURCES:
        name = str(path.relative_to(ROOT))
        if name in allowed:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = getattr(node, "attr", None) or getattr(node, "id", None)
            if isinstance(node, ast.Attribute | ast.Name) and called in names:
                found.append(f"{name}:{node.lineno} {called}")
    assert found == []


def test_nothing_publishes_to_the_broker_but_the_outbox_and_the_dispatcher() -> None:
    """A frozen broker must never hang a request that takes money."""
    allowed = {"platform/core/outbox/services.py", "platform/shopstead/tasks.py"}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if str(path.relative_to(ROOT)) not in allowed
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", None) in {"delay", "apply_async", "send_task", "delay_on_commit"}
    ]
    assert found == []


def test_every_task_says_whose_it_is() -> None:
    from celery import current_app

    from core.tasks import PlatformTask, TenantTask

    current_app.loader.import_default_modules()
    own = {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}
    assert len(own) > 5
    assert [name for name, task in own.items() if not isinstance(task, PlatformTask | TenantTask)] == []


def test_the_schedule_names_tasks_that_exist() -> None:
    from celery import current_app

    from shopstead.celery import STORE_TASKS, app

    current_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    scheduled |= {task for tasks in STORE_TASKS.values() for task in tasks}
    assert scheduled - set(current_app.tasks) == set()
