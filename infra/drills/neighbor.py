"""One store is flooded at twenty times its share: its neighbor's pages stay quick. With the limits off they do not."""

import argparse
import http.client
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.result import Result, at_most, plain
from bench.site import Site

from drills.harm import none_of

SHARE_A_MINUTE = 200
WEB_PROCESSES = 2
TIMES_ITS_SHARE = 20
FLOOD_CLIENTS = 16
QUIET_PAUSE_SECONDS = 0.05
FLOOD_PATH, QUIET_PATH = "/search/?q=tent", "/"
LOUD, QUIET = "loud", "quiet"


@dataclass
class Arm:
    """What was seen with the limits on, or off."""

    idle: list[float] = field(default_factory=list)
    flooded: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    offered: float = 0.0
    failed: int = 0
    leaked: int = 0


def run(arguments: argparse.Namespace) -> list[Result]:
    """Return the neighbor's p95 before and during the flood, with the limits on and with them off."""
    on, off = arm("on", arguments.seconds), arm("off", arguments.seconds)
    before, during = p95(on.idle), p95(on.flooded)
    bare_before, bare_during = p95(off.idle), p95(off.flooded)
    turned_away = on.answers[429] + on.answers[503]
    return [
        at_most(f"the neighbor's p95 while a store is flooded at {TIMES_ITS_SHARE} times its share", during, "ms", 2 * before,
                idle_ms=before, times_idle=during / before),
        Result("control, limits off: the neighbor's p95", round(bare_during, 3), "ms", "> 2 x idle", bare_during > 2 * bare_before,
               {"idle ms": round(bare_before, 3), "times idle": round(bare_during / bare_before, 3)}),
        plain("requests to the flooded store", sum(on.answers.values()), "", a_second=on.offered, turned_away=turned_away,
              served=on.answers[200]),
        plain("requests to the flooded store, limits off", sum(off.answers.values()), "", a_second=off.offered,
              turned_away=off.answers[429] + off.answers[503], served=off.answers[200]),
        *none_of(lost=on.failed, doubled=0, leaked=on.leaked),
    ]  # fmt: skip


def arm(limits: str, seconds: int) -> Arm:
    """Start a platform with these limits, look at the quiet store before and during the flood."""
    os.environ |= {"STORE_LIMITS": limits, "STORE_REQUESTS_A_MINUTE": str(SHARE_A_MINUTE)}
    seen = Arm()
    try:
        with Site() as site:
            for slug in (LOUD, QUIET):
                site.open_store(slug)
                site.get(f"{slug}.localhost", "/")
            look(site, seen, seen.idle, seconds=min(seconds, 20))
            stop = threading.Event()
            clients = [threading.Thread(target=flood, args=(site, seen, stop)) for _ in range(FLOOD_CLIENTS)]
            began = time.monotonic()
            for client in clients:
                client.start()
            look(site, seen, seen.flooded, seconds=seconds)
            stop.set()
            for client in clients:
                client.join()
            seen.offered = sum(seen.answers.values()) / (time.monotonic() - began)
    finally:
        for name in ("STORE_LIMITS", "STORE_REQUESTS_A_MINUTE"):
            del os.environ[name]
    return seen


def look(site: Site, seen: Arm, times: list[float], *, seconds: int) -> None:
    """Be one shopper of the quiet store, slow enough to stay far under its share."""
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    deadline = time.monotonic() + seconds
    pause = max(QUIET_PAUSE_SECONDS, 2 * 60 / SHARE_A_MINUTE / WEB_PROCESSES)
    while time.monotonic() < deadline:
        time.sleep(pause)
        began = time.perf_counter()
        link.request("GET", QUIET_PATH, headers={"Host": f"{QUIET}.localhost:{site.port}"})
        response = link.getresponse()
        body = response.read()
        times.append((time.perf_counter() - began) * 1000)
        seen.failed += response.status != 200
        seen.leaked += LOUD.title().encode() in body
    link.close()


def flood(site: Site, seen: Arm, stop: threading.Event) -> None:
    """Be one of many who ask, in a fixed beat, whatever the answers."""
    beat = FLOOD_CLIENTS / (TIMES_ITS_SHARE * SHARE_A_MINUTE / 60 * WEB_PROCESSES)
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    due = time.monotonic()
    while not stop.is_set():
        link.request("GET", FLOOD_PATH, headers={"Host": f"{LOUD}.localhost:{site.port}"})
        response = link.getresponse()
        response.read()
        seen.answers[response.status] += 1
        due += beat
        time.sleep(max(0.0, due - time.monotonic()))
    link.close()


def p95(times: list[float]) -> float:
    """Return the 95th percentile, in milliseconds."""
    return sorted(times)[int(len(times) * 0.95)]
