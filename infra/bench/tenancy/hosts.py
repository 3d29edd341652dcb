"""What finding the store costs a request: no tenancy at all, ours, and django-tenants' own middleware, on one database."""

import argparse
import contextlib
import http.client
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg

from bench.result import Result, at_most, plain
from bench.site import TICK, Site
from bench.tenancy.servers import Server, serve, without_background_work

ARMS = ("bare", "ours", "peer")
SIZES = (10, 100, 1000)
REQUESTS, ROUNDS = 600, 12
REACH_MS = 0.15
SEEN_SECONDS = 1.0


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Return CPU a request over the same view without stores, the statements it takes, and how soon a change is seen."""
    hosts = site.inside("bench.tenancy.stores", "make_rows", prefix="host", count=max(SIZES))
    results: list[Result] = []
    with contextlib.ExitStack() as stack:
        stack.enter_context(without_background_work(site))
        servers = {arm: stack.enter_context(_arm(site, arm)) for arm in ARMS}
        for size in SIZES:
            for server in servers.values():
                _warm(server, hosts[:size])
            for path, what in (("/constant", "a view without a query"), ("/three", "a view with three queries")):
                cost = _interleaved(site, servers, path, hosts[:size], arguments.threads)
                beside = {
                    "django-tenants": _above_bare(cost, "peer"),
                    "the_view_alone": statistics.median(cost["bare"]),
                }
                ours = _above_bare(cost, "ours")
                results.append(at_most(f"tenancy over {what}, {size} stores", ours, "ms", REACH_MS, **beside))
        counts = {arm: _statements(servers[arm], hosts) for arm in ARMS}
        results.append(at_most("statements to find the store, median", statistics.median(counts["ours"]), "", 0,
                               mean=statistics.mean(counts["ours"]), django_tenants=statistics.mean(counts["peer"])))  # fmt: skip
        url = site.inside("bench.tenancy.stores", "environment")["DATABASE_URL"]
        seen = [_seen_after(servers["ours"], url, hosts[number]) for number in range(10)]
        results.append(at_most("a store suspended by hand is refused by every process after, slowest of 10", max(seen), "s",
                               SEEN_SECONDS, median=statistics.median(seen)))  # fmt: skip
        results.append(plain("requests a figure", REQUESTS * (ROUNDS - 1), ""))
    return results


def _arm(site: Site, arm: str) -> "contextlib.AbstractContextManager[Server]":
    return serve(site, "bench.tenancy.arms:application", BENCH_ARM=arm, DJANGO_SETTINGS_MODULE="bench.tenancy.arms")


def _interleaved(
    site: Site, servers: dict[str, Server], path: str, hosts: list[str], threads: int
) -> dict[str, list[float]]:
    """Return CPU milliseconds a request, web and database, by arm, of each round A B C A B C but the first."""
    seen: dict[str, list[float]] = {arm: [] for arm in ARMS}
    for _round in range(ROUNDS):
        for arm in ARMS:
            server = servers[arm]
            before = server.ticks() / TICK + site.cpu_seconds()[1]
            _send(server, path, hosts, REQUESTS, threads)
            time.sleep(0.05)
            spent = server.ticks() / TICK + site.cpu_seconds()[1] - before
            seen[arm].append(spent * 1000 / REQUESTS)
    return {arm: values[1:] for arm, values in seen.items()}


def _above_bare(cost: dict[str, list[float]], arm: str) -> float:
    """Return the median of what the arm took above the bare view in the same round, so that a slow minute counts for both."""
    return statistics.median(ours - bare for ours, bare in zip(cost[arm], cost["bare"], strict=True))


def _warm(server: Server, hosts: list[str]) -> None:
    """Let both processes have met every host, whichever of them answers."""
    for _pass in range(3):
        _send(server, "/constant", hosts, len(hosts) * 2, 8)


def _send(server: Server, path: str, hosts: list[str], requests: int, threads: int) -> None:
    def client(number: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for index in range(number, requests, threads):
            link.request("GET", path, headers={"Host": hosts[index % len(hosts)]})
            answer = link.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{hosts[index % len(hosts)]} answered {answer.status}")
        link.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(client, range(threads)))


def _statements(server: Server, hosts: list[str]) -> list[int]:
    """Return how many statements each of a round of requests sent for a view that sends none."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    counts = []
    for host in hosts:
        link.request("GET", "/constant", headers={"Host": host, "X-Count": "1"})
        counts.append(int(link.getresponse().read()))
    return counts


def _seen_after(server: Server, url: str, host: str) -> float:
    """Suspend the store of a host by hand and return the seconds from the commit to the last answer that still served it."""
    stop = threading.Event()
    last = [0.0]

    def visit() -> None:
        while not stop.is_set():
            link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            link.request("GET", "/constant", headers={"Host": host})
            answer = link.getresponse()
            answer.read()
            link.close()
            if answer.status == 200:
                last[0] = time.monotonic()

    with ThreadPoolExecutor(4) as pool, psycopg.connect(url, autocommit=True) as database:
        visitors = [pool.submit(visit) for _ in range(4)]
        time.sleep(0.3)
        database.execute("UPDATE tenants_tenant SET state = 'suspended' FROM tenants_domain d"
                         " WHERE d.tenant_id = tenants_tenant.id AND d.domain = %s", [host])  # fmt: skip
        committed = time.monotonic()
        time.sleep(2 * SEEN_SECONDS)
        stop.set()
        for visitor in visitors:
            visitor.result()
    return max(0.0, last[0] - committed)
