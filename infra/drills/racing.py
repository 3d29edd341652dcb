"""Return page, webhook and reconciler complete the same payment at the same instant, so many times: table M3."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from bench.result import Result
from bench.site import Site

from drills.faults import control
from drills.payer import Buyer

AT_ONCE, RETURNS = 4, 2
LONGEST_SECONDS = 120


def race(site: Site, buyers: list[Buyer]) -> list[Result]:
    """Let everybody pay with the webhooks held back; then let these, two return pages and the reconciler go at once."""
    paid = 0
    with settling(site, sorted({buyer.slug for buyer in buyers})) as asked:
        for start in range(0, len(buyers), AT_ONCE):
            paid += _round(site, buyers[start : start + AT_ONCE])
    return [
        Result("payments raced by two return pages, webhook and reconciler", paid, "", f"= {len(buyers)}",
               paid == len(buyers), {"asked by the reconciler": asked.result()})
    ]  # fmt: skip


def _round(site: Site, buyers: list[Buyer]) -> int:
    control(site, "POST", "faults", {"kind": "drop_webhook", "match": {}, "times": 10**6})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        backs = [back for back in pool.map(_pay, buyers) if back[1]]
    control(site, "DELETE", "faults")
    gate = threading.Barrier(len(backs) * RETURNS + 1, timeout=LONGEST_SECONDS)

    def come_back(buyer: Buyer, address: str) -> None:
        gate.wait()
        buyer.come_back(address)

    def send_webhooks() -> None:
        gate.wait()
        control(site, "POST", "deliveries/retry")

    with ThreadPoolExecutor(gate.parties) as pool:
        all_at_once: list[Future[Any]] = [pool.submit(send_webhooks)]
        all_at_once += [pool.submit(come_back, *back) for back in backs for _time in range(RETURNS)]
        for one in all_at_once:
            one.result()
    return len(backs)


def _pay(buyer: Buyer) -> tuple[Buyer, str]:
    return buyer, buyer.pay(buyer.check_out(buyer.fill()))


@contextmanager
def settling(site: Site, slugs: list[str]) -> Iterator[Future[int]]:
    """Run a reconciler without patience beside the block; its answer is how often it asked about a payment."""
    running = site.data_dir / "settling"
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(site.inside, "drills.books", "keep_settling", slugs=slugs, running=str(running))
        while not running.exists() and not asked.done():
            time.sleep(0.05)
        try:
            yield asked
        finally:
            running.unlink(missing_ok=True)
