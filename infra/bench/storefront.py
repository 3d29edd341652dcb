"""The storefront's pages, made anew and from the page cache, beside the barest Django on the same server and beside nginx."""

import argparse
import gzip
import http.client
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from statistics import median
from urllib.parse import urljoin, urlsplit

from bench.beside import bare_django, cpu_of, measure_bare, nginx
from bench.goods import fill
from bench.result import Result, at_least, at_most, plain
from bench.site import Load, Site

SLUG = "bench"
HOST = f"{SLUG}.localhost"
TERMS = ("heart", "metal lantern", "red bag", "christmas", "vintage tin", "glass", "cake case", "wooden box")
ROUNDS = 4  # the first one is thrown away
# After so long the second half is left out: the whole has to end within ten minutes.
PATIENCE_SECONDS = 200
MEGABYTE = 1024 * 1024


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Return CPU a request of each page (server and database), questions, memory and weight."""
    site.open_store(SLUG)
    began = time.monotonic()
    source = fill(site, SLUG, products=arguments.products, seed=arguments.seed, only_so_many=True)
    handles = list_handles(site, arguments.requests + 50)
    results = [
        plain(f"products ({source})", float(site.inside("bench.storefront", "count_products", slug=SLUG)), "on sale")
    ]
    results += _pages(site, arguments, handles, "")
    results += _through_nginx(site, handles[0])
    results += _weights(site, handles[0])
    results.append(weigh_workers(site))
    if arguments.many and time.monotonic() - began > PATIENCE_SECONDS:
        return [*results, plain("no time left for the pages among many products", 0.0, "")]
    if arguments.many:
        made = site.inside("bench.storefront", "multiply", slug=SLUG, count=arguments.many)
        results += _pages(site, arguments, handles, f", {made} products")
    return results


def _pages(site: Site, arguments: argparse.Namespace, handles: list[str], among: str) -> list[Result]:
    products = [f"/products/{handle}/" for handle in handles]
    lists = [
        f"/products/?page={page}&sort={sort}"
        for page in range(1, 100)
        for sort in ("best", "newest", "price", "-price")
    ]
    searches = [f"/search/?q={term.replace(' ', '+')}" for term in TERMS]

    site.inside("bench.storefront", "settle")

    def ask(paths: list[str], times: int = 1, clients: int = 1) -> Load:
        count = arguments.requests * times
        return site.load(count, clients, lambda link, n: fetch(site, link, paths[n % len(paths)]))

    def anew(paths: list[str]) -> Callable[[], Load]:
        def work() -> Load:
            site.inside("bench.storefront", "touch", slug=SLUG)
            ask(paths[-8:])  # what all pages of an edition share, in the process that this client stays with
            return ask(paths[: arguments.requests])

        return work

    jobs: dict[str, tuple[Callable[[], Load], float | None]] = {
        f"product, made anew{among}": (anew(products), 3.0),
        f"list of 24, made anew{among}": (anew(lists), 4.0),
        f"search{among}": (lambda: ask(searches), 8.0),
        f"product, from the page cache{among}": (lambda: ask(products[:20], 10, arguments.threads), 0.40),
        f"list of 24, from the page cache{among}": (lambda: ask(lists[:20], 10, arguments.threads), 0.40),
    }
    with bare_django() as port:

        def bare() -> float:
            return measure_bare(port, arguments.requests * 10)

        # Each beside the bare view of the same seconds: what a machine does for its neighbors changes by the minute.
        rounds = [{name: (work(), bare()) for name, (work, _limit) in jobs.items()} for _ in range(ROUNDS)][1:]
    every_bare = [bare_ms for told in rounds for _load, bare_ms in told.values()]
    results = [plain(f"bare Django view{among}: CPU", median(every_bare), "ms")]
    for name, (_work, limit) in jobs.items():
        told = [told[name] for told in rounds]
        middle = median(load.cpu_ms / bare_ms for load, bare_ms in told)
        load, bare_ms = min(told, key=lambda pair: abs(pair[0].cpu_ms / pair[1] - middle))
        results += figures(name, load, bare_ms, limit)
    asked = site.inside("bench.storefront", "count_questions", slug=SLUG, paths={
        "product": products[1], "list of 24": "/products/?page=2", "search": searches[0],
    })  # fmt: skip
    limits = {"product": 2, "list of 24": 2, "search": 1}
    return [
        *results,
        *(at_most(f"{name}{among}: SQL", float(count), "", limits[name]) for name, count in asked.items()),
    ]


def _through_nginx(site: Site, handle: str) -> list[Result]:
    """Return how fast nginx sends a page of ours that it keeps, beside a file of its own of the same size."""
    _status, page = site.get(HOST, f"/products/{handle}/")
    wrk = shutil.which("wrk")
    packed = gzip.compress(page, 1)
    with nginx(site.data_dir, upstream=site.port, static=packed) as found:
        if found is None or wrk is None:
            return [plain("nginx and wrk are not there: not measured", 0.0, "")]
        port, pid = found

        def load(path: str) -> tuple[float, float]:
            before = cpu_of(family=pid)
            told = subprocess.run([wrk, "-t1", "-c8", "-d4s", "-H", f"Host: {HOST}:{site.port}", "-H", "Accept-Encoding: gzip",
                                   f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)  # fmt: skip
            count = int(re.search(r"(\d+) requests in", told.stdout)[1])  # type: ignore[index]
            failed = "Non-2xx" in told.stdout
            rate = 0.0 if failed else float(re.search(r"Requests/sec:\s+([\d.]+)", told.stdout)[1])  # type: ignore[index]
            return rate, (cpu_of(family=pid) - before) * 1000 / max(1, count)

        rounds = [(load("/bench-static"), load(f"/products/{handle}/")) for _ in range(ROUNDS)][1:]
    if not all(rate for pair in rounds for rate, _cost in pair):
        return [plain("nginx answered with errors: not measured", 0.0, "")]
    static, kept = (median(one[place][0] for one in rounds) for place in (0, 1))
    costs = [median(one[place][1] for one in rounds) for place in (0, 1)]
    return [at_least("product behind nginx: share of nginx's static rate", kept / static, "", 0.5, a_second=kept,
                     static_a_second=static, cpu_ms=costs[1], static_cpu_ms=costs[0])]  # fmt: skip


def _weights(site: Site, handle: str) -> list[Result]:
    """Return what a product page weighs on the wire, compressed, without its pictures (these goods have none)."""
    path = f"/products/{handle}/"
    _status, page = site.get(HOST, path)
    text = page.decode()
    parts = {"html": len(gzip.compress(page, 1)), "css": 0, "js": 0}
    assets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text) + re.findall(r'<script src="([^"]+)"', text)
    for address in assets:
        _status, body = site.get(HOST, urlsplit(urljoin(path, address)).path)
        parts["css" if address.split("?")[0].endswith(".css") else "js"] += len(gzip.compress(body, 6))
    code = (parts["css"] + parts["js"]) / 1024
    return [at_most("product page: JS and CSS, gzip", code, "KB", 65, css=parts["css"] / 1024, js=parts["js"] / 1024),
            at_most("product page: whole, without pictures", sum(parts.values()) / 1024, "KB", 350, html=parts["html"] / 1024,
                    requests=float(len(assets) + 2))]  # fmt: skip


def weigh_workers(site: Site) -> Result:
    """Return what two web workers hold, shared pages counted in shares."""
    shares = site.web_memory()
    workers = sum(sorted(shares, reverse=True)[:2]) / MEGABYTE
    return at_most("two web workers: PSS", workers, "MB", 200, with_their_parent=sum(shares) / MEGABYTE)


def touch(*, slug: str) -> int:
    """Run inside the platform: let the store's pages be made anew, as any edit would."""
    from django.db import connection

    from core.db.backend.changes import write_marks
    from tenants.selectors import get_tenant

    name = get_tenant(slug).schema_name
    with connection.cursor():
        write_marks(connection.connection, [name])
    import time

    time.sleep(0.6)
    return 1


def settle() -> int:
    """Run inside the platform: tidy the tables up, as the server does by itself within minutes of an import."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return 1


def count_products(*, slug: str) -> int:
    """Run inside the platform: how many products are on sale."""
    from core.tenancy import in_tenant
    from storefront.catalog.selectors import count_active
    from tenants.selectors import get_tenant

    with in_tenant(get_tenant(slug)):
        return count_active()


def count_questions(*, slug: str, paths: dict[str, str]) -> dict[str, int]:
    """Run inside the platform: what making each of these pages asks the database, when another of its kind was made before."""
    import io
    import sys
    from typing import Any

    from django.db import connection

    from shopstead.handler import Handler
    from shopstead.page_cache import PageCache
    from tenants.selectors import default_host

    process, counts = PageCache(Handler()), {}

    def get(path: str) -> None:
        path, _mark, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "bench",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": default_host(slug),
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
        }  # fmt: skip
        parts = process(environ, lambda *_told: None)
        b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()

    process.shared.keep = process.shared.find = lambda *_asked: None  # type: ignore[method-assign, assignment]
    for name, path in paths.items():
        asked: list[str] = []

        def note(execute: Any, sql: str, *told: Any, asked: list[str] = asked) -> Any:
            asked.append(str(sql))
            return execute(sql, *told)

        get(path)
        process.memory.clear()
        with connection.execute_wrapper(note):
            get(path)
        counts[name] = sum("freshness_storemark" not in sql and "domains_hostchange" not in sql for sql in asked)
    return counts


def multiply(*, slug: str, count: int) -> int:
    """Run inside the platform: copy what is on sale until there are so many products, index them, and return how many there are."""
    from django.db import connection

    from core.tenancy import in_tenant
    from storefront.catalog.models import Product, ProductVariant
    from storefront.catalog.selectors import count_active
    from storefront.search.services import index_products
    from tenants.selectors import get_tenant

    with in_tenant(get_tenant(slug)):
        rows = list(Product.objects.filter(status="active"))
        for number in range(count - len(rows)):
            source = rows[number % len(rows)]
            fields = {field.attname: getattr(source, field.attname) for field in Product._meta.concrete_fields}
            fields |= {"id": None, "handle": f"{source.handle[:200]}-{number}"}
            rows.append(Product(**fields))
        made = Product.objects.bulk_create([row for row in rows if row.pk is None], batch_size=1000)
        ProductVariant.objects.bulk_create(
            [
                ProductVariant(product=row, price_amount=row.min_price_amount, available_count=9, position=1)
                for row in made
            ],
            batch_size=1000,
        )
        for start in range(0, len(made), 1000):
            index_products(product_ids=[row.pk for row in made[start : start + 1000]])
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
        return count_active()


def figures(name: str, cost: Load, bare: float, limit: float | None = None) -> list[Result]:
    """Return CPU, rate and latency of one loop."""
    beside = {"web": cost.web_ms, "database": cost.database_ms, "bare_view": bare}
    make = plain(f"{name}: CPU", cost.cpu_ms, "ms", **beside)
    if limit is not None:
        make = at_most(f"{name}: CPU", cost.cpu_ms, "ms", limit, **beside)
    return [make, plain(f"{name}: rate", cost.rate, "a second", p50_ms=cost.p50_ms, p95_ms=cost.p95_ms)]


def fetch(site: Site, link: http.client.HTTPConnection, path: str, host: str = HOST) -> str:
    """Fetch a page and return its text.

    Raises: RuntimeError when it is not a 200.
    """
    link.request("GET", path, headers={"Host": f"{host}:{site.port}"})
    response = link.getresponse()
    body = response.read().decode(errors="replace")
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}")
    return body


def list_handles(site: Site, most: int = 200) -> list[str]:
    """Return the handles of up to so many products, from the API."""
    handles, cursor = [], ""
    while len(handles) < most:
        _status, body = site.get(HOST, f"/api/storefront/v1/products?limit=50&cursor={cursor}")
        page = json.loads(body)
        handles += [row["handle"] for row in page["data"]]
        cursor = page["next_cursor"] or ""
        if not cursor:
            break
    return handles


def find_token(page: str) -> str:
    """Return the CSRF token of a form on a page."""
    match = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if match is None:
        raise RuntimeError("the page has no form")
    return match.group(1)
