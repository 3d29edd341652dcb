"""Run inside the platform's own Django: make stores in every way there is, one after another, and time each."""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.postgresql.schema import DatabaseSchemaEditor as StockEditor
from django_tenants.clone import CloneSchema

from accounts.models import User
from accounts.services import create_user
from core.clock import utc_now
from core.db.backend.schema import DatabaseSchemaEditor
from core.ids import new_schema_name
from tenants.models import Tenant
from tenants.provisioning.pool import make_pooled_schema
from tenants.provisioning.schema import create_schema, drop_schema, schema_statements
from tenants.provisioning.services import provision_tenant, reserve_tenant

Spent = dict[str, list[tuple[float, float]]]  # by way: milliseconds by the clock, and of CPU

ROUNDS = 13
PEER_EVERY = 4
COUNTS = """
    SELECT count(*) FILTER (WHERE relkind = 'r'), count(*) FILTER (WHERE relkind = 'i'),
           (SELECT count(*) FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace AND contype <> 'n')
      FROM pg_class WHERE relnamespace = %(schema)s::regnamespace
"""


def measure() -> dict[str, Any]:
    """Return milliseconds by way, the first round of each left out, and what a schema consists of."""
    settings.SCHEMA_POOL_SIZE = 0
    owner = create_user(email=f"{uuid4().hex[:12]}@example.com", password=uuid4().hex, now=utc_now())
    spent: Spent = {}
    counts: dict[str, Any] = {}
    for number in range(ROUNDS):
        make_pooled_schema(now=utc_now())
        clock(spent, "pool", lambda: open_store(owner, "schema"))
        with patch("tenants.provisioning.services.take_schema", return_value=None):
            clock(spent, "spot", lambda: open_store(owner, "row"))
        clock(spent, "rows", lambda: only_rows(owner))
        clock(spent, "script", run_script)
        if number % PEER_EVERY == 0:
            counts |= make_as_the_library_does(spent)
    return {
        "median": {way: statistics.median(wall for wall, _cpu in seen[1:]) for way, seen in spent.items()},
        "slowest": {way: max(wall for wall, _cpu in seen[1:]) for way, seen in spent.items()},
        "cpu": {way: statistics.fmean(cpu for _wall, cpu in seen[1:]) for way, seen in spent.items()},
        "counts": counts | {"twins": count_pattern_twins()},
    }


def hash_seconds() -> float:
    """Return what hashing one password takes, which every sign-up pays."""
    began = time.perf_counter()
    make_password("a long enough passphrase")
    return time.perf_counter() - began


def clock(spent: Spent, way: str, work: Callable[[], object]) -> None:
    """Add what the work takes: milliseconds by the clock, and of CPU, here and in the database's process."""
    cpu, began = cpu_seconds(), time.perf_counter()
    work()
    wall = time.perf_counter() - began
    spent.setdefault(way, []).append((wall * 1000, (cpu_seconds() - cpu) * 1000))


def cpu_seconds() -> float:
    """Return the CPU seconds so far of this process and of the database's process that serves it."""
    connection.ensure_connection()
    fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_store(owner: User, expected: str) -> None:
    """Reserve and provision a store by the platform's own services, and see that it began where it should have."""
    tenant = reserve_tenant(owner=owner, slug=f"made-{uuid4().hex[:12]}", name="Made", now=utc_now(), actor="bench")
    if tenant.step != expected:
        raise RuntimeError(f"the store began at the step {tenant.step} and not at {expected}")
    provision_tenant(tenant_id=tenant.pk, now=utc_now())


def only_rows(owner: User) -> None:
    """Write the fewest rows a store can be: one update, a store, a host, a member, in bare SQL."""
    slug = f"rows-{uuid4().hex[:12]}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE provisioning_pooledschema SET purpose = purpose WHERE id = (SELECT max(id) FROM provisioning_pooledschema)"
        )
        cursor.execute(
            "INSERT INTO tenants_tenant (schema_name, slug, name, state, step, currency, country, language, time_zone,"
            " contact_email, plan_code, is_demo, suspended_reason, created_at)"
            " VALUES (%s, %s, 'Rows', 'provisioning', 'done', 'USD', 'US', 'en', 'UTC', 'x@example.com', '', true, '', now())"
            " RETURNING id",
            [new_schema_name(), slug],
        )
        (pk,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO tenants_domain (domain, is_primary, verified_at, tenant_id) VALUES (%s, true, now(), %s)",
            [f"{slug}.localhost", pk],
        )
        cursor.execute(
            "INSERT INTO tenants_membership (role, created_at, user_id, tenant_id) VALUES ('owner', now(), %s, %s)",
            [owner.pk, pk],
        )
    Tenant.objects.filter(pk=pk).delete()


def run_script() -> None:
    """Run the bare DDL, which is the limit of what a store made on the spot can take."""
    name = new_schema_name()
    with transaction.atomic():
        create_schema(name)
    drop_schema(name)


def make_as_the_library_does(spent: Spent) -> dict[str, Any]:
    """Make a schema by running every migration, clone it by the library's function, and return what they consist of."""
    migrated, cloned = new_schema_name(), new_schema_name()

    def migrate() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {migrated}")
        call_command("migrate_schemas", schema_name=migrated, interactive=False, verbosity=0)

    clock(spent, "migrate", migrate)
    clock(spent, "clone", lambda: CloneSchema().clone_schema(migrated, cloned))
    pooled = make_pooled_schema(now=utc_now())
    found = {"migrated": count(migrated), "quick": count(pooled.schema_name)}
    for name in (migrated, cloned):
        drop_schema(name)
    return found


def count(schema_name: str) -> dict[str, int]:
    """Return how many tables, indexes and constraints a schema has; constraints without NOT NULL."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"schema": schema_name})
        return dict(zip(("tables", "indexes", "constraints"), cursor.fetchone(), strict=True))


def count_pattern_twins() -> int:
    """Return how many more indexes Django's own schema editor would make for the same models."""
    schema_statements.cache_clear()
    with patch.object(DatabaseSchemaEditor, "_create_like_index_sql", StockEditor._create_like_index_sql):
        stock = sum("INDEX" in statement for statement in schema_statements())
    schema_statements.cache_clear()
    return stock - sum("INDEX" in statement for statement in schema_statements())
