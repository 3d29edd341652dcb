"""Product list, product page and search of one store, beside the barest view of the same server."""

import argparse
import http.client
import json
import re

from bench.goods import fill
from bench.result import Result, at_most, plain
from bench.site import Load, Site

SLUG = "bench"
HOST = f"{SLUG}.localhost"
TERMS = ("heart", "metal lantern", "red bag", "christmas", "vintage tin", "glass", "cake case", "wooden box")


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Return CPU a request, rate and latency of each page."""
    site.open_store(SLUG)
    source = fill(site, SLUG, products=arguments.products, seed=arguments.seed)
    handles = list_handles(site)

    def pages(paths: list[str]) -> Load:
        return site.load(
            arguments.requests, arguments.threads, lambda link, n: fetch(site, link, paths[n % len(paths)])
        )

    jobs = {
        "bare view (/healthz on the platform's host)": None,
        "product list, 24 cards": [f"/products/?page={page}" for page in range(1, 20)],
        "product page": [f"/products/{handle}/" for handle in handles],
        "search": [f"/search/?q={term.replace(' ', '+')}" for term in TERMS],
    }
    results: list[Result] = []
    bare = 0.0
    for name, paths in jobs.items():
        if paths is None:
            cost = site.load(
                arguments.requests, arguments.threads, lambda link, _n: fetch(site, link, "/healthz", "localhost")
            )
            bare = cost.cpu_ms
        else:
            pages(paths[:5])
            cost = pages(paths)
        results += figures(name, cost, bare)
    results.append(plain(f"products ({source})", float(len(handles)), "listed"))
    return results


def figures(name: str, cost: Load, bare: float, limit: float | None = None) -> list[Result]:
    """Return CPU, rate and latency of one loop."""
    make = plain(f"{name}: CPU", cost.cpu_ms, "ms", web=cost.web_ms, database=cost.database_ms, bare_view=bare)
    if limit is not None:
        make = at_most(
            f"{name}: CPU", cost.cpu_ms, "ms", limit, web=cost.web_ms, database=cost.database_ms, bare_view=bare
        )
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


def list_handles(site: Site) -> list[str]:
    """Return the handles of up to 200 products, from the API."""
    handles, cursor = [], ""
    while len(handles) < 200:
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
