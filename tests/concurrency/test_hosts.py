"""Another process hears of a change within a second, threads share one map, and no thread stands in another's store."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection

from core.tenancy import current_schema
from tenants.hosts import HostMap
from tenants.models import Domain, Tenant
from tenants.services import resume_tenant, suspend_tenant
from tests.concurrency.together import run_together
from tests.fixtures.tenancy import make_store

# It asks, waits for a line, lets a second pass, and asks again: what it says then is what a visitor would get.
READER = """
import sys, time
import django
from django.conf import settings
django.setup()
settings.HOST_LOOK_SECONDS = float(sys.argv[2])
from tenants.hosts import find_tenant
def say():
    tenant = find_tenant(sys.argv[1])
    print(tenant.state if tenant else "nobody", flush=True)
say()
for line in sys.stdin:
    time.sleep(1)
    say()
"""


class Reader:
    """A process of its own that serves one host."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def answer_in_a_second(self) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.answer()


@contextmanager
def reader(host: str, look_seconds: float) -> Iterator[Reader]:
    where = connection.settings_dict
    url = f"postgres://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    url = url if where["PORT"] else os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{where['NAME']}"
    process = subprocess.Popen(
        [sys.executable, "-c", READER, host, str(look_seconds)],
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Reader(process)
    finally:
        process.kill()
        process.communicate()


def by_service(tenant: Tenant, now: datetime) -> None:
    suspend_tenant(tenant_id=tenant.pk, reason="", actor="test", now=now)


def by_hand(tenant: Tenant, _now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE public.tenants_tenant SET state = 'suspended' WHERE id = %s", [tenant.pk])


CHANGES = [by_service, by_hand]


@pytest.mark.parametrize("change", CHANGES)
def test_a_suspension_is_seen_by_another_process_within_a_second(
    committed_store: Tenant, now: datetime, change: Callable[[Tenant, datetime], None]
) -> None:
    host = f"{committed_store.slug}.localhost"
    with reader(host, 0.5) as quick, reader(host, 3600) as control:
        assert (quick.answer(), control.answer()) == ("ready", "ready")
        change(committed_store, now)
        assert quick.answer_in_a_second() == "suspended"
        assert control.answer_in_a_second() == "ready"  # a process that does not look would go on serving
        resume_tenant(tenant_id=committed_store.pk, actor="test", now=now)
        assert quick.answer_in_a_second() == "ready"


def test_a_new_and_a_removed_host_are_seen_by_another_process_within_a_second(
    committed_store: Tenant, now: datetime
) -> None:
    host = f"{committed_store.slug}.example.com"
    with reader(host, 0.5) as other:
        assert other.answer() == "nobody"
        domain = Domain.objects.create(tenant=committed_store, domain=host, is_primary=False, verified_at=now)
        assert other.answer_in_a_second() == "ready"
        domain.delete()
        assert other.answer_in_a_second() == "nobody"


def test_a_change_that_commits_after_a_younger_one_is_still_heard(committed_store: Tenant, now: datetime) -> None:
    """The order of commits is not the order of numbers: the elder writer ends last, past a look that saw the younger."""
    hosts, name = HostMap(), f"{committed_store.slug}.example.com"

    def elder() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE tenants_tenant SET name = 'Elder' WHERE id = %s", [committed_store.pk])
            Domain.objects.count()
            run_together(younger, count=1)
            cursor.execute("COMMIT")

    def younger() -> None:
        Domain.objects.create(tenant=committed_store, domain=name, is_primary=False, verified_at=now)
        hosts.expire()
        found = hosts.find(name)
        assert found is not None and found.name != "Elder"

    hosts.find(f"{committed_store.slug}.localhost")
    [ended] = run_together(elder, count=1)
    assert ended is None
    hosts.expire()
    for host in (name, f"{committed_store.slug}.localhost"):
        assert hosts.find(host).name == "Elder"  # type: ignore[union-attr]


def test_eight_threads_find_their_stores_while_hosts_change(committed_store: Tenant, now: datetime) -> None:
    """Two stores, a host that moves to and fro, looks all the time: nobody gets a store that never had the host."""
    other = make_store(f"other-{committed_store.slug}"[:40])
    hosts, moving = HostMap(), f"{committed_store.slug}.example.com"
    Domain.objects.create(tenant=committed_store, domain=moving, is_primary=False, verified_at=now)
    expected = {
        f"{committed_store.slug}.localhost": {committed_store.pk},
        f"{other.slug}.localhost": {other.pk},
        moving: {committed_store.pk, other.pk},
        "nobody.example.com": {None},
    }

    def ask() -> int:
        wrong = 0
        for round_ in range(150):
            for host, pks in expected.items():
                found = hosts.find(host)
                wrong += (found.pk if found else None) not in pks
            if round_ % 10 == 0:
                owner = (committed_store, other)[round_ // 10 % 2]
                Domain.objects.filter(domain=moving).update(tenant=owner)
            wrong += current_schema() != "public"
        return wrong

    try:
        assert run_together(ask, count=8) == [0] * 8
        Domain.objects.filter(domain=moving).update(tenant=other)
        hosts.expire()
        assert hosts.find(moving) == other
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA "{other.schema_name}" CASCADE')
        other.delete()
