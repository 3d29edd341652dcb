"""Take one of three stores back to yesterday while shoppers walk all three: the others lose no byte and no request."""

import argparse
import time
from pathlib import Path

from bench.goods import fill
from bench.result import Result, at_most, plain
from bench.site import Site

from drills.harm import none_of
from drills.shoppers import Shoppers

TARGET, OTHERS = "monday", ("tuesday", "wednesday")
PATHS = ("/", "/products/", "/search/?q=oak", "/cart/", "/support/")
QUIET_SECONDS = 3.0
PAUSE_SECONDS = 0.05


def run(arguments: argparse.Namespace) -> list[Result]:
    """Archive a store, spoil it, take it back under load, and compare everything of everybody before and after."""
    with Site() as site:
        for slug in (TARGET, *OTHERS):
            site.open_store(slug)
            fill(site, slug, products=200, seed=arguments.seed)
            judge(site, "furnish", slug=slug)
        archive = site.data_dir / "yesterday.shopstead"
        yesterday = judge(site, "sums", slug=TARGET)
        site.command("tenant", "export", TARGET, str(archive))
        judge(site, "spoil", slug=TARGET)
        before = {slug: judge(site, "sums", slug=slug) for slug in OTHERS}
        everybody = (TARGET, *OTHERS)
        with Shoppers(site, everybody, PATHS, clients=3, pause=PAUSE_SECONDS, seed=arguments.seed) as shoppers:
            time.sleep(QUIET_SECONDS)
            began = time.monotonic()
            answer = site.command("tenant", "restore", str(archive), "--in-place")
            seconds = time.monotonic() - began
            time.sleep(QUIET_SECONDS)
        restored = judge(site, "sums", slug=TARGET)
        after = {slug: judge(site, "sums", slug=slug) for slug in OTHERS}
    lost = sum(restored.get(name) != value for name, value in yesterday.items())
    doubled = len(restored.keys() - yesterday.keys())
    changed = sum(before[slug] != after[slug] for slug in OTHERS)
    failed = shoppers.failed
    return [
        at_most("one store taken back under load", seconds, "s", 60, rows=float(answer["rows"])),
        plain("requests meanwhile", sum(shoppers.sent.values()), "", failed_on_the_restored=float(failed[TARGET])),
        Result("failed requests on the other stores", sum(failed[slug] for slug in OTHERS), "", "= 0",
               not any(failed[slug] for slug in OTHERS), {slug: float(shoppers.sent[slug]) for slug in OTHERS}),
        Result("other stores with a changed table or file", changed, "", "= 0", changed == 0,
               {"tables_and_files": float(sum(len(sums) for sums in before.values()))}),
        *none_of(lost=lost, doubled=doubled, leaked=changed),
    ]  # fmt: skip


def judge(site: Site, function: str, **words: str) -> dict[str, str]:
    """Ask a question inside the platform's Django."""
    found: dict[str, str] = site.inside("drills.restoring", function, **words)
    return found


def files_below(folder: Path) -> list[Path]:
    """Return every file below the folder, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
