"""Importing the real shop, and training its recommender."""

import argparse
import time

from bench.goods import fill
from bench.result import Result, at_most, plain
from bench.site import SHARED, Site

SLUG = "bench"


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Return seconds of import and training, and the quality beside best-sellers."""
    if not SHARED.exists():
        raise SystemExit("This bench needs ../shared/data/uci_online_retail.")
    site.open_store(SLUG)
    began = time.perf_counter()
    fill(site, SLUG, products=arguments.products, seed=arguments.seed, with_orders=True)
    imported = time.perf_counter() - began
    began = time.perf_counter()
    trained = site.command("recs", "train", SLUG)
    seconds = time.perf_counter() - began
    results = [
        at_most("import of products, customers and orders", imported, "s", 180),
        at_most("recs train", seconds, "s", 60),
    ]
    for name, value in trained.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            results.append(plain(name, float(value), ""))
    return results
