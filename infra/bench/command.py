"""The benches by name, and how their results are printed."""

import argparse
import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from bench import axe, browser, checkout, recsys, search, storefront, tenancy
from bench.result import Result
from bench.site import Site

Bench = Callable[[Site, argparse.Namespace], list[Result]]

# Each bench with its parts; every part gets a fresh platform, so that none stands in what another left.
BENCHES: dict[str, dict[str, Bench]] = {
    "storefront": {"storefront": storefront.run, "browser": browser.run},
    "axe": {"axe": axe.run},
    "checkout": {"checkout": checkout.run},
    "tenancy": tenancy.PARTS,
    "recsys": {"recsys": recsys.run},
    "search": search.PARTS,
}

# Whatever is said of the shop, in one table.
BENCHES["shop"] = BENCHES["storefront"] | BENCHES["search"] | BENCHES["axe"]

# Parts that look at the demo stores.
WITH_DEMO = {"browser", "axe"}


@dataclass
class Machine:
    """What the figures were taken on."""

    python: str = field(default_factory=platform.python_version)
    system: str = field(default_factory=platform.platform)
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 2))


def main() -> int:
    """Run the named bench on a platform of its own and return 1 when something falls short."""
    parser = argparse.ArgumentParser(prog="infra/bench/run", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHES))
    parser.add_argument("--part", metavar="PART", help="only this part of the bench")
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--requests", type=int, default=300, help="requests of each kind")
    parser.add_argument("--threads", type=int, default=4, help="clients at once")
    parser.add_argument(
        "--products", type=int, default=1000, help="where ../shared is absent: how many made-up products"
    )
    parser.add_argument(
        "--many", type=int, default=10_000, help="products of the second half of the storefront's bench; 0: none"
    )
    parser.add_argument(
        "--stores", type=int, default=1000, help="stores to serve in turn, where the figure is about many"
    )
    parser.add_argument(
        "--pages", type=int, default=axe.MOST_PAGES, help="pages of each part that axe looks at, at most"
    )
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    parts = BENCHES[arguments.name]
    if arguments.part and arguments.part not in parts:
        parser.error(f"{arguments.name} has no part {arguments.part}; it has {', '.join(parts)}")
    results: list[Result] = []
    for name, run in parts.items():
        if arguments.part in (None, name):
            with Site(with_demo=name in WITH_DEMO) as site:
                results += run(site, arguments)
    if arguments.as_json:
        print(json.dumps({"results": [asdict(result) for result in results], "machine": asdict(Machine())}, indent=2))
    else:
        for line in table(results):
            print(line)
        print(f"{Machine().cores} cores, load {Machine().load:g}")
    return 0 if all(result.ok is not False for result in results) else 1


def table(results: list[Result]) -> list[str]:
    """Return the results as lines: measure, value, what stands beside it, what it is to reach."""
    rows = [["measure", "value", "beside", "reach", ""]]
    for result in results:
        beside = ", ".join(f"{name} {value:g}" for name, value in result.beside.items())
        verdict = "" if result.ok is None else "ok" if result.ok else "SHORT"
        rows.append([result.measure, f"{result.value:g} {result.unit}", beside, result.reach or "", verdict])
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
