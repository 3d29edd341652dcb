"""A real shop as one file and back: seconds, memory and checksums, beside pg_dump and pg_restore of the same schema."""

import argparse
import os
import subprocess
import time
from dataclasses import dataclass

from bench.goods import fill
from bench.result import Result, at_most, plain
from bench.site import COMMAND, ROOT, SHARED, Site

SLUG, BACK, AGAIN = "uci", "uci-back", "uci-again"
MEMORY_LIMIT_MB = 300


@dataclass(frozen=True)
class Ran:
    """What a command took: wall seconds and the most memory it held at once."""

    seconds: float
    peak_mb: float


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Archive the store, bring it back under another name, archive that, and let PostgreSQL's own tools do the same."""
    site.open_store(SLUG)
    source = fill(site, SLUG, products=arguments.products, seed=arguments.seed, with_orders=True)
    folder = site.data_dir
    first, second = folder / "first.shopstead", folder / "second.shopstead"
    idle = shopstead(site, "tenant", "show", SLUG)
    exported = shopstead(site, "tenant", "export", SLUG, str(first))
    restored = shopstead(site, "tenant", "restore", str(first), "--as", BACK)
    shopstead(site, "tenant", "export", BACK, str(second))
    found = site.inside("bench.tenancy.archiving", "compare", slugs=[SLUG, BACK], files=[str(first), str(second)])
    peer = site.inside("bench.tenancy.archiving", "use_postgres_tools", slug=SLUG, folder=str(folder))
    lines = found["order_lines"]
    what = "the real shop" if SHARED.exists() else source
    megabyte = 1024 * 1024
    return [
        plain(f"order lines of {what}", lines, "", rows=found["rows"]),
        at_most("tenant export", exported.seconds, "s", 60, pg_dump=peer["dump_seconds"], only_starting=idle.seconds),
        at_most("tenant restore --as", restored.seconds, "s", 60, pg_restore=peer["restore_seconds"],
                only_starting=idle.seconds),
        plain("size of the archive", first.stat().st_size / megabyte, "MB", pg_dump=peer["dump_bytes"] / megabyte),
        at_most("memory at most, export", exported.peak_mb, "MB", MEMORY_LIMIT_MB, only_starting=idle.peak_mb),
        at_most("memory at most, restore", restored.peak_mb, "MB", MEMORY_LIMIT_MB, only_starting=idle.peak_mb),
        Result("tables whose rows differ after the round trip", found["differing_tables"], "", "= 0",
               found["differing_tables"] == 0, {"tables": found["tables"]}),
        Result("parts of the two archives that differ", found["differing_parts"], "", "= 0",
               found["differing_parts"] == 0, {"parts": found["parts"]}),
    ]  # fmt: skip


def shopstead(site: Site, *words: str) -> Ran:
    """Run a command as a person would and return what the operating system says that it took."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, *words, "--json"],
        cwd=ROOT,
        env=site.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    told = process.stderr.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"shopstead {' '.join(words)}: {told.decode()[-2000:]}")
    return Ran(time.perf_counter() - began, usage.ru_maxrss / 1024)
