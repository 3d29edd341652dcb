"""How many questions each list of the dashboard asks, at one row and at ten thousand: the same few."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client

from accounts.selectors import find_user_by_email
from core.jobs.models import Job
from core.tenancy import in_public, in_tenant
from storefront.transfer.enums import IMPORT_JOB
from tenants.models import Tenant
from tests.isolation.planting import plant

MANY = 10_000
# Each list, whose rows stand in it, and the most that it may ask: the frame of every dashboard page asks about five of them.
LISTS: dict[str, tuple[str, int]] = {
    "/dashboard/products/": ("catalog.Product", 14),
    "/dashboard/products/grid/": ("catalog.ProductVariant", 7),
    "/dashboard/collections/": ("catalog.Collection", 9),
    "/dashboard/orders/": ("orders.Order", 11),
    "/dashboard/customers/": ("customers.Customer", 12),
    "/dashboard/products/reviews/": ("reviews.Review", 13),
    "/dashboard/import/": ("jobs.Job", 12),
}
# Columns in which every copy needs a value of its own, beside those that a single unique column names.
_OWN = {"catalog.ProductVariant": {"position", "sku"}}


def test_a_list_asks_as_much_at_ten_thousand_rows_as_at_one(acme: Tenant, merchant_client: Client) -> None:
    owner = find_user_by_email("acme@example.com")
    assert owner is not None
    planted = plant(acme, word="albatross", first_id=1000, owner=owner)
    few = {path: _asked(merchant_client, path) for path in LISTS}
    for label, _most in LISTS.values():
        if label == "jobs.Job":
            with in_public():
                _multiply(Job, Job.objects.filter(schema_name=acme.schema_name, kind=IMPORT_JOB).latest("pk"))
        else:
            with in_tenant(acme):
                _multiply(apps.get_model(label), planted.rows[label])
    many = {path: _asked(merchant_client, path) for path in LISTS}
    told = {path: (len(few[path]), len(many[path])) for path in LISTS}
    for path, (_label, most) in LISTS.items():
        assert len(many[path]) <= most, (told, many[path])
        assert len(many[path]) <= len(few[path]) + 2, (told, [sql for sql in many[path] if sql not in few[path]])


def _asked(client: Client, path: str) -> list[str]:
    asked: list[str] = []

    def note(execute: Any, sql: str, *told: Any) -> Any:
        asked.append(sql)
        return execute(sql, *told)

    client.get(path)  # what a process asks once
    with connection.execute_wrapper(note):
        answer = client.get(path)
    assert answer.status_code == 200, path
    return asked


def _multiply(model: type[models.Model], row: Any) -> None:
    """Copy a row within the database until there are ten thousand, with values of their own where they must differ."""
    fields = [one for one in model._meta.local_concrete_fields if not one.primary_key and not one.generated]
    own = {one.name for one in fields if one.unique} | _OWN.get(model._meta.label, set())
    for constraint in model._meta.constraints:
        own |= set(getattr(constraint, "fields", ()))
    names = [connection.ops.quote_name(one.column) for one in fields]
    values = [_value(one, is_own=one.name in own) for one in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table}, generate_series(1, {MANY}) AS g"
            " WHERE id = %s",
            [row.pk],
        )
        cursor.execute(f"ANALYZE {table}")  # as autovacuum does; without it a join is planned for one row


def _value(one: models.Field, *, is_own: bool) -> str:
    name = connection.ops.quote_name(one.column)
    if one.model._meta.label == "reviews.Review" and one.name == "product":  # the products were copied before
        return "(SELECT max(id) FROM catalog_product) - g + 1"
    if not is_own or one.is_relation:
        return name
    if isinstance(one, (models.CharField, models.TextField)):
        return f"left(g || {name}, {one.max_length or 200})"
    if isinstance(one, models.IntegerField):
        return f"{name} + g + 1000"
    raise pytest.fail.Exception(f"how shall copies of {one} differ?")
