"""What a new store costs: made from the pool, made on the spot, made as the library does; and from the form to the first page."""

import argparse
import http.client
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.result import Result, at_most, plain
from bench.site import Site
from bench.storefront import find_token

SIGN_UPS = 25
WARMING_UP = 6  # a web process imports and compiles for its first pages; each of the two gets some
PAUSE_SECONDS = 1.0


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Make stores in every way and sign up by the form, with the pool kept and faster than it is filled."""
    return [*sign_ups(site, arguments.seed), *making(site)]


def making(site: Site) -> list[Result]:
    """Return what the database work of one store takes, beside the library's ways and the limits, all interleaved."""
    found = site.inside("bench.tenancy.making", "measure")
    median, slowest, cpu, counts = found["median"], found["slowest"], found["cpu"], found["counts"]
    quick, migrated = counts["quick"], counts["migrated"]
    peers = {"django-tenants_migrate": median["migrate"], "django-tenants_clone": median["clone"]}
    peers_cpu = {"django-tenants_migrate": cpu["migrate"], "django-tenants_clone": cpu["clone"]}
    return [
        at_most("a store from the pool, median", median["pool"], "ms", 50, **peers, only_the_rows=median["rows"]),
        plain("a store from the pool, slowest of 12", slowest["pool"], "ms"),
        plain("a store from the pool, CPU with the database's", cpu["pool"], "ms", **peers_cpu),
        at_most("a store made on the spot, median", median["spot"], "ms", 250, **peers, only_the_DDL=median["script"]),
        plain("a store made on the spot, slowest of 12", slowest["spot"], "ms"),
        plain("a store made on the spot, CPU with the database's", cpu["spot"], "ms", **peers_cpu),
        *(
            Result(what, quick[what], "a store", f"= {migrated[what]}", quick[what] == migrated[what],
                   {"migrated": migrated[what]} | ({"stock_Django": quick[what] + counts["twins"]} if what == "indexes" else {}))
            for what in ("tables", "indexes", "constraints")
        ),
    ]  # fmt: skip


def sign_ups(site: Site, seed: int) -> list[Result]:
    """Return the seconds until the new store answers, one sign-up a second, and as fast as one person after another can."""
    for number in range(WARMING_UP):
        sign_up(site, f"warm-{seed}-{number}")
    kept = []
    before = site.cpu_seconds()
    for number in range(SIGN_UPS):
        kept.append(sign_up(site, f"kept-{seed}-{number}"))
        time.sleep(PAUSE_SECONDS)
    web, database = ((late - early) / SIGN_UPS for early, late in zip(before, site.cpu_seconds(), strict=True))
    burst = [sign_up(site, f"burst-{seed}-{number}") for number in range(SIGN_UPS)]
    hash_seconds = site.inside("bench.tenancy.making", "hash_seconds")
    title = "sign-up POST to the first 200 on the new host"
    return [
        at_most(f"{title}, p95 of {SIGN_UPS}", percentile(kept, 95), "s", 0.5, the_password_hash=hash_seconds),
        plain(f"{title}, p50", percentile(kept, 50), "s"),
        plain(f"{title}, slowest", max(kept), "s"),
        plain("CPU of the web for one sign-up and its pages", web, "s", the_database_with_filling_the_pool=database),
        at_most(
            f"{title}, {SIGN_UPS} without a pause, p95", percentile(burst, 95), "s", 0.5, p50=percentile(burst, 50)
        ),
        plain(f"{title}, {SIGN_UPS} without a pause, slowest", max(burst), "s"),
    ]


def percentile(values: list[float], percent: int) -> float:
    """Return the smallest value that so many percent of the values do not exceed."""
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def sign_up(site: Site, slug: str) -> float:
    """Return the seconds from sending the form to the store's home page."""
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    headers = {"Host": f"localhost:{site.port}"}
    link.request("GET", "/signup/", headers=headers)
    response = link.getresponse()
    token = find_token(response.read().decode())
    cookies = SimpleCookie(response.headers["Set-Cookie"])
    words = {"email": f"{slug}@example.com", "password": "a long enough passphrase", "name": slug, "slug": slug,
             "country": "US", "csrfmiddlewaretoken": token}  # fmt: skip
    headers |= {
        "Cookie": "; ".join(f"{m.key}={m.value}" for m in cookies.values()),
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"http://localhost:{site.port}/signup/",
    }
    began = time.perf_counter()
    link.request("POST", "/signup/", urlencode(words), headers)
    response = link.getresponse()
    response.read()
    if response.status != 302:
        raise RuntimeError(f"sign-up answered {response.status}")
    while site.get(f"{slug}.localhost", "/")[0] != 200:
        time.sleep(0.02)
    return time.perf_counter() - began
