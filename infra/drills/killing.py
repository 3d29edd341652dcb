"""Run inside the platform's own Django: sign people up in processes that are killed in the middle."""

import http.client
import os
import random
import re
import signal
import time
from typing import Any

from bench.tenancy.making import hash_seconds
from django.db import connection, connections

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.content.models import Page
from storefront.inventory.models import Warehouse
from tenants.enums import TenantState
from tenants.models import Tenant
from tenants.provisioning.models import PooledSchema
from tenants.provisioning.sweeping import list_orphans
from tenants.signup import open_store_now, sign_up


def kill_sign_ups(*, rounds: int, seed: int, port: int) -> list[dict[str, Any]]:
    """Kill -9 one sign-up a round at a random instant, and tell what stood and what was shown right afterwards.

    Most of a sign-up is the password's hash, before anything is written: every second instant lies behind it.
    """
    luck = random.Random(seed)
    whole = min(time_of_one(f"whole-{seed}-{number}") for number in range(3))
    hashing = hash_seconds() / whole
    found = []
    for number in range(rounds):
        slug, earliest = f"killed-{seed}-{number}", (0.0, min(hashing, 0.9))[number % 2]
        kill_one(slug, after=whole * luck.uniform(earliest, 1))
        step = Tenant.objects.filter(slug=slug).values_list("step", flat=True).first()
        status = ask(slug, port)
        state = Tenant.objects.filter(slug=slug).values_list("state", flat=True).first()
        whole *= {"done": 0.85, None: 1.1}.get(step, 1)  # a machine that does other work as well changes its pace
        found.append({"slug": slug, "step": step or "", "half_open": status == 200 and state != TenantState.READY})
    return found


def ask(slug: str, port: int) -> int:
    """Return the status of the store's home page, over the wire."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request("GET", "/", headers={"Host": f"{slug}.localhost:{port}"})
    status = link.getresponse().status
    link.close()
    return status


def time_of_one(slug: str) -> float:
    """Return the seconds that an undisturbed sign-up takes in a process of its own."""
    began = time.perf_counter()
    os.waitpid(fork_and_sign_up(slug), 0)
    return time.perf_counter() - began


def kill_one(slug: str, *, after: float) -> None:
    """Start a sign-up in a process and kill it so many seconds later."""
    pid = fork_and_sign_up(slug)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def fork_and_sign_up(slug: str) -> int:
    """Return the id of a child that signs one person up, on a database connection of its own, and ends."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        _user, tenant = sign_up(email=f"{slug}@example.com", password=f"{slug} and a long sentence", name=slug, slug=slug,
                                country="US", language="en", plan_code="", now=utc_now())  # fmt: skip
        open_store_now(tenant=tenant, now=utc_now())
    finally:
        os._exit(0)


def unfinished() -> int:
    """Return how many stores are still being made."""
    return Tenant.objects.filter(state=TenantState.PROVISIONING).count()


def judge(*, slugs: list[str]) -> dict[str, list[str]]:
    """Return what is wrong with these sign-ups, now that the platform has had its time."""
    wrong: dict[str, list[str]] = {"lost": [], "doubled": [], "leaked": sorted(list_orphans())}
    stores = list(Tenant.objects.filter(slug__in=slugs))
    for tenant in stores:
        if tenant.state != TenantState.READY:
            wrong["lost"].append(tenant.slug)
            continue
        if tenant.events.filter(type="provisioned").count() != 1:
            wrong["doubled"].append(tenant.slug)
        with in_tenant(tenant):
            handles = list(Page.objects.values_list("handle", flat=True))
            bodies = " ".join(Page.objects.values_list("body_html", flat=True))
            furnished = bool(handles) and Warehouse.objects.count() == 1
        if not furnished:
            wrong["lost"].append(tenant.slug)
        if len(handles) != len(set(handles)):
            wrong["doubled"].append(tenant.slug)
        known = set(re.findall(r"killed-\d+-\d+", bodies))
        wrong["leaked"] += [f"{tenant.slug} knows {other}" for other in sorted(known - {tenant.slug})]
    owned = Tenant.objects.values("schema_name")
    wrong["doubled"] += PooledSchema.objects.filter(state="ready", schema_name__in=owned).values_list(
        "schema_name", flat=True
    )
    wrong["lost"] += [tenant.slug for tenant in stores if not stands(tenant.schema_name)]
    return wrong


def stands(schema_name: str) -> bool:
    """Tell whether the schema is there with its tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{schema_name}.catalog_product"])
        return cursor.fetchone()[0] is not None
