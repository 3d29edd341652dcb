"""Inside the platform's Django: compare two stores and two archives; let PostgreSQL's own tools do the same work."""

import subprocess
import tarfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg import sql

from core.handling import tables_that_stay_behind
from core.tenancy import in_tenant
from shopstead.embedded.postgres import EmbeddedPostgres, find_programs
from storefront.orders.models import OrderLine
from tenants.selectors import get_tenant

PEER = "bench_peer"


def compare(*, slugs: list[str], files: list[str]) -> dict[str, int]:
    """Return how many tables and parts differ, and how much there is."""
    one, two = [table_sums(get_tenant(slug).schema_name) for slug in slugs]
    parts, others = [read_parts(Path(file)) for file in files]
    with in_tenant(get_tenant(slugs[0])):
        order_lines = OrderLine.objects.count()
    return {
        "order_lines": order_lines,
        "rows": sum(int(value.split(":")[0]) for value in one.values()),
        "tables": len(one),
        "differing_tables": sum(one[table] != two.get(table) for table in one),
        "parts": len(parts),
        "differing_parts": sum(parts.get(name) != others.get(name) for name in parts.keys() | others.keys()),
    }


def use_postgres_tools(*, slug: str, folder: str) -> dict[str, float]:
    """Dump the store's schema with pg_dump -Fc, restore it into an empty database, and return seconds and bytes."""
    postgres = EmbeddedPostgres(settings.DATA_DIR)
    programs, dump = find_programs(), Path(folder) / "peer.dump"
    schema = get_tenant(slug).schema_name
    url = postgres.superuser_url
    target = url.rpartition("/")[0] + f"/{PEER}"
    began = time.perf_counter()
    _run(programs / "pg_dump", "-Fc", "-n", schema, "-f", str(dump), url)
    dumped = time.perf_counter() - began
    _run(programs / "psql", "-qc", f"CREATE DATABASE {PEER}", url)
    try:
        began = time.perf_counter()
        _run(programs / "pg_restore", "--no-owner", "-d", target, str(dump))
        restored = time.perf_counter() - began
    finally:
        _run(programs / "psql", "-qc", f"DROP DATABASE {PEER}", url)
    return {"dump_seconds": dumped, "restore_seconds": restored, "dump_bytes": dump.stat().st_size}


def table_sums(schema: str) -> dict[str, str]:
    """Return rows and checksum of each table that an archive carries."""
    sums: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        for (table,) in cursor.fetchall():
            if table == "django_migrations" or table in tables_that_stay_behind():
                continue
            query = (
                "SELECT count(*) || ':' || coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0) FROM {} t"
            )
            cursor.execute(sql.SQL(query).format(sql.Identifier(schema, table)))
            sums[table] = cursor.fetchone()[0]
    return sums


def read_parts(archive: Path) -> dict[str, str]:
    """Return the checksum of each table's and file's stored bytes."""
    with tarfile.open(archive) as tar:
        kinds = ("tables/", "media/", "private/")
        return {
            info.name: sha256(tar.extractfile(info).read()).hexdigest()  # type: ignore[union-attr]
            for info in tar
            if info.name.startswith(kinds)
        }


def _run(program: Path, *words: str) -> Any:
    subprocess.run([program, *words], check=True, capture_output=True, timeout=600)
