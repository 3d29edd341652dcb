"""Migrations over many stores: nothing to apply, and one added column, beside django-tenants' own command."""

import argparse
import time

from bench.fleet_site import Planted, planted, run_script
from bench.result import Result, at_most, plain
from bench.site import Site
from bench.tenancy.servers import without_background_work

STORES = 200
PEER_STORES = 20

# django-tenants' migrate_schemas over the first stores, by its own executors; seconds scaled to all of them.
PEER = """
    import contextlib, io, time
    from django.core.management import call_command
    from django_tenants.migration_executors import get_executor
    from tenants.models import Tenant
    names = list(Tenant.objects.order_by("pk").values_list("schema_name", flat=True)[numbers["first"]:][:numbers["count"]])
    options = {"verbosity": 0, "interactive": False, "database": "default", "run_syncdb": False, "check_unapplied": False,
               "fake": False, "fake_initial": False, "plan": False, "prune": False, "app_label": None,
               "migration_name": None, "skip_checks": True, "traceback": False, "no_color": True, "force_color": False}
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        get_executor(numbers["executor"])([], options).run_migrations(tenants=names)
    print(time.perf_counter() - began)
"""


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Return the seconds for 200 stores, beside a platform that serves; the peer migrates 20 of the same stores and is scaled.

    What 200 new stores leave for the workers to do waits meanwhile: it is no part of any of the figures.
    """
    site.inside("bench.tenancy.stores", "make_real", prefix="fleet", first=0, count=STORES)
    site.command("tenant", "migrate")
    with planted() as place, without_background_work(site):
        nothing = min(seconds(site, place) for _round in range(3))
        peers = {
            "nothing": {name: peer(site, place, name, first=0) for name in ("standard", "multiprocessing")},
        }
        place.add(
            "0901_column", "migrations.AddField('page', 'bench_note', models.CharField(max_length=40, null=True)),"
        )
        # The peer first, over stores that are then done; ours over all that are left, scaled in the same way.
        peers["column"] = {
            "standard": peer(site, place, "standard", first=0),
            "multiprocessing": peer(site, place, "multiprocessing", first=PEER_STORES),
        }
        left = STORES - 2 * PEER_STORES
        column = seconds(site, place) * STORES / left
        place.add("0902_data", "migrations.RunPython(migrations.RunPython.noop),")
        python = seconds(site, place)
    words = {f"migrate_schemas_{name}": value for name, value in peers["nothing"].items()}
    more = {f"migrate_schemas_{name}": value for name, value in peers["column"].items()}
    return [
        at_most(f"tenant migrate, {STORES} stores, nothing to apply", nothing, "s", 2, **words),
        at_most(f"tenant migrate, {STORES} stores, one added column", column, "s", 20, **more),
        plain(f"tenant migrate, {STORES} stores, one migration in Python (Django's executor)", python, "s"),
        plain("stores the peer migrated, scaled to all", PEER_STORES, "stores"),
    ]


def seconds(site: Site, place: Planted) -> float:
    """Return the wall time of the whole command, Python's start and all."""
    began = time.perf_counter()
    answer = place.command(site, "tenant", "migrate", "--workers", "2")
    if answer.code:
        raise RuntimeError(answer.out[-2000:] + answer.err[-2000:])
    return time.perf_counter() - began


def peer(site: Site, place: Planted, executor: str, *, first: int) -> float:
    """Return what the library's executor takes for all stores, from what it takes for some; its start is not counted."""
    took = run_script(site, PEER, place.environment, executor=executor, first=first, count=PEER_STORES)
    return float(took.strip().splitlines()[-1]) * STORES / PEER_STORES
