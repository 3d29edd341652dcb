"""Migrate many stores while shoppers are in them: three hold data that the new rule refuses, and the leader is killed half-way."""

import argparse
import http.client
import json
import random
import signal
import subprocess
import threading
import time

from bench.fleet_site import Planted, open_stores, planted, run_script
from bench.result import Result, at_most, plain
from bench.site import Site

from drills.harm import none_of

CLIENTS = 4
PAUSE_SECONDS = 0.1
BAD_COUNT = 3
COLUMN = "migrations.AddField('page', 'drill_note', models.CharField(max_length=40, null=True)),"
RULE = "migrations.AddConstraint('page', models.CheckConstraint(condition=~models.Q(title='bad'), name='page_is_not_bad')),"

SPOIL = """
    from core.tenancy import in_tenant
    from storefront.content.models import Page
    from tenants.models import Tenant
    for tenant in Tenant.objects.filter(slug__in=numbers["slugs"]):
        with in_tenant(tenant):
            Page.objects.update(title=numbers["title"])
"""
# By store: how often each planted migration is recorded, whether the column stands, and how many pages are spoiled.
LOOK = """
    from django.db import connection
    from core.tenancy import in_tenant
    from tenants.models import Tenant
    found = {}
    for tenant in Tenant.objects.order_by("pk"):
        with in_tenant(tenant), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations WHERE name LIKE '09%%'")
            (recorded,) = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM pg_attribute WHERE attrelid = 'content_page'::regclass AND attname = 'drill_note'")
            (columns,) = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM content_page WHERE title = 'bad'")
            (spoiled,) = cursor.fetchone()
        found[tenant.slug] = [recorded, columns, spoiled]
    print(json.dumps(found))
"""


class Shoppers:
    """Clients who look at pages of all stores but the spoiled ones until told to stop; every answer that is not 200 is kept."""

    def __init__(self, site: Site, slugs: list[str], seed: int) -> None:
        self._site, self._slugs = site, slugs
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._look, args=(random.Random(seed + n),)) for n in range(CLIENTS)]
        self.times: list[float] = []
        self.failed: list[str] = []

    def __enter__(self) -> "Shoppers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _look(self, dice: random.Random) -> None:
        while not self._stop.wait(PAUSE_SECONDS):
            host, path = f"{dice.choice(self._slugs)}.localhost", dice.choice(["/", "/products/", "/pages/about/"])
            began = time.perf_counter()
            try:
                status = self._site.get(host, path)[0]
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(f"{host}{path}: {error!r}")
                continue
            self.times.append(time.perf_counter() - began)
            if status not in (200, 404 if path == "/pages/about/" else 200):
                self.failed.append(f"{host}{path}: {status}")


def run(arguments: argparse.Namespace) -> list[Result]:
    """Run the drill and return what it cost whom."""
    with Site() as site, planted() as place:
        open_stores(site, arguments.stores)
        site.command("tenant", "migrate")
        slugs = [f"fleet-{number:04}" for number in range(arguments.stores)]
        bad = random.Random(arguments.seed).sample(slugs[1:], BAD_COUNT)
        run_script(site, SPOIL, slugs=bad, title="bad")
        place.add("0901_column", COLUMN)
        place.add("0902_rule", RULE)
        with Shoppers(site, [slug for slug in slugs if slug not in bad], arguments.seed) as shoppers:
            killed_at = kill_half_way(site, place)
            began = time.perf_counter()
            resumed = place.command(site, "tenant", "migrate", "--resume")
            seconds = time.perf_counter() - began
        aside = json.loads(run_script(site, LOOK))
        failed = [row["address"] for row in resumed.value["stores"] if row["state"] == "failed"]
        run_script(site, SPOIL, slugs=bad, title="mended")
        rerun = place.command(site, "tenant", "migrate")
        final = json.loads(run_script(site, LOOK))
    good = [slug for slug in slugs if slug not in bad]
    shoppers.times.sort()
    for failure in shoppers.failed[:5]:
        print("failed:", failure)
    return [
        at_most(f"failed requests on the other {len(good)} stores", len(shoppers.failed), "", 0,
                requests=len(shoppers.times), slowest_ms=shoppers.times[-1] * 1000,
                p95_ms=shoppers.times[int(len(shoppers.times) * 0.95)] * 1000),
        Result("stores set aside", len(failed), "", f"= {BAD_COUNT}", sorted(failed) == sorted(bad) and resumed.code == 1),
        plain("stores done when the leader was killed", killed_at, "stores"),
        plain("resumed and finished in", seconds, "s"),
        Result("stores behind after the data was mended", sum(final[slug][0] != 2 for slug in slugs), "", "= 0",
               rerun.code == 0 and all(final[slug][0] == 2 for slug in slugs)),
        *none_of(
            lost=sum(aside[slug] != [2, 1, 0] for slug in good),
            doubled=sum(final[slug][0] > 2 for slug in slugs),
            leaked=sum(aside[slug][:2] != [0, 0] or aside[slug][2] == 0 for slug in bad),
        ),
    ]  # fmt: skip


def kill_half_way(site: Site, place: Planted) -> int:
    """Start a run, kill its leader without a warning while stores are being done, and return how many were."""
    process = place.start(site, "tenant", "migrate", "--workers", "2")
    assert process.stderr is not None
    done = 0
    for line in process.stderr:
        if line.startswith("The rest") and " of " in line:
            done = int(line.split(":")[1].split(" of ")[0])
            process.send_signal(signal.SIGKILL)
            break
    try:
        process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
    return done
