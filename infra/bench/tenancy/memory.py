"""What a web process and its database process hold after serving many real stores round-robin, with the bound and without."""

import argparse
import http.client
from collections.abc import Iterator

import psycopg

from bench.result import Result, at_most, plain
from bench.site import Site
from bench.tenancy.servers import Server, private_kilobytes, pss_kilobytes, serve, without_background_work

PATHS = ("/", "/products/", "/search/?q=a", "/cart/")
BATCH = 50
SAMPLE_EVERY = 10
# Two web processes of this size, four database processes each, fit beside everything else on a machine of 4 GB.
WEB_MEGABYTES, DATABASE_MEGABYTES = 250, 60
UNBOUNDED = "1000000"


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Return the memory of one web process with one thread, and of the one database process at its other end."""
    with without_background_work(site):
        hosts = list(_open_stores(site, arguments.stores))
        url = site.inside("bench.tenancy.stores", "environment")["DATABASE_URL"]
        bounded = _serve_all(site, url, hosts)
        unbounded = _serve_all(site, url, hosts, DATABASE_STORES_PER_SESSION=UNBOUNDED)
    count = len(hosts)
    return [
        at_most(f"web process after {count} stores, PSS", bounded["web"], "MB", WEB_MEGABYTES, after_one=bounded["web_first"]),
        plain("of that for each store", (bounded["web"] - bounded["web_first"]) * 1024 / count, "kB"),
        at_most(f"database process over {count} stores, highest, own pages", bounded["database"], "MB", DATABASE_MEGABYTES,
                after_one=bounded["database_first"], without_the_bound=unbounded["database"]),
        plain("database process without the bound, for each store",
              (unbounded["database"] - unbounded["database_first"]) * 1024 / count, "kB"),
        plain("database sessions used", bounded["sessions"], "", without_the_bound=unbounded["sessions"]),
    ]  # fmt: skip


def _open_stores(site: Site, count: int) -> Iterator[str]:
    """Open the stores in batches, each in a process of its own, as the database process that makes them grows too."""
    for first in range(0, count, BATCH):
        made = site.inside(
            "bench.tenancy.stores", "make_real", prefix="many", first=first, count=min(BATCH, count - first)
        )
        yield from made


def _serve_all(site: Site, url: str, hosts: list[str], **environment: str) -> dict[str, float]:
    """Visit every store once, in turn, and return megabytes: after the first, at the end, and the highest in between."""
    name = f"bench-{environment.get('DATABASE_STORES_PER_SESSION', 'bound')}"
    seen: dict[str, float] = {"database": 0.0}
    sessions: set[int] = set()
    with (
        serve(site, "shopstead.wsgi:application", workers=1, threads=1, PGAPPNAME=name, **environment) as server,
        psycopg.connect(url, autocommit=True) as database,
    ):
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for number, host in enumerate(hosts):
            for path in PATHS:
                _visit(link, host, path)
            if number % SAMPLE_EVERY and number != len(hosts) - 1:
                continue
            own = database.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [name]).fetchall()
            sessions |= {pid for (pid,) in own}
            megabytes = max(private_kilobytes(pid) / 1024 for (pid,) in own)
            seen["database"] = max(seen["database"], megabytes)
            if number == 0:
                seen |= {"web_first": _web(server), "database_first": megabytes}
        return seen | {"web": _web(server), "sessions": float(len(sessions))}


def _visit(link: http.client.HTTPConnection, host: str, path: str) -> None:
    link.request("GET", path, headers={"Host": host})
    answer = link.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{host}{path} answered {answer.status}")


def _web(server: Server) -> float:
    return max(pss_kilobytes(pid) for pid in server.pids()) / 1024
