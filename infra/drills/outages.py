"""Stripe does not answer, and the database crashes, while people look around and buy: tables W8 and F2."""

import http.client
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.result import Result, at_most, plain
from bench.site import Site

from drills.faults import freeze, keep_killing, server_pid
from drills.payer import Buyer, GaveUp

BROWSERS, IN_CHECKOUT = 2, 4
CRASH_PAUSE = (3.0, 6.0)
UP_WITHIN_SECONDS, ERRORS_END_WITHIN_SECONDS = 60, 5


@dataclass
class Seen:
    """What people who looked around were answered, and what those in checkout were told."""

    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)


def unreachable(site: Site, buyers: list[Buyer], seconds: int) -> list[Result]:
    """Freeze Stripe, then kill it again and again: shops and carts stay up, checkout says so, and the same carts are paid later."""
    results = []
    carts = [(buyer, buyer.fill()) for buyer in buyers]
    half = len(carts) // 2
    for name, fault, some in (("frozen", freeze, carts[:half]), ("gone", keep_killing, carts[half:])):
        seen, stop = Seen(), threading.Event()
        with ThreadPoolExecutor(BROWSERS + IN_CHECKOUT) as pool:
            with fault(site, "stripe"):
                running = [pool.submit(_look_around, buyers[number], seen, stop) for number in range(BROWSERS)]
                running += [
                    pool.submit(_keep_trying, some[number::IN_CHECKOUT], seen, stop) for number in range(IN_CHECKOUT)
                ]
                time.sleep(seconds)
                stop.set()
                for one in running:
                    one.result()
            later = list(pool.map(lambda one: bool(one[0].pay(one[0].check_out(one[1]))), some))
        refused = seen.told["503"]
        wrong = sum(seen.told.values()) - refused - seen.told["201"]
        results += [
            at_most(f"looks and cart adds that failed while Stripe was {name}", len(seen.failed), "", 0,
                    all=len(seen.times), slowest_s=max(seen.times, default=0)),
            at_most("checkouts that were told anything but to try again", wrong, "", 0, told=refused,
                    paid_the_same_cart_later=sum(later)),
            Result("of those carts, paid when it was back", sum(later), "", f"= {len(some)}", all(later)),
        ]  # fmt: skip
    return results


def _look_around(buyer: Buyer, seen: Seen, stop: threading.Event) -> None:
    while not stop.is_set():
        for path in ("/", "/products/", "/cart/", "/api/storefront/v1/carts"):
            began = time.perf_counter()
            is_new_cart = path.startswith("/api/")
            try:
                status, _body, _location = (
                    buyer.send("POST", buyer.site.port, buyer.host, path, "{}", "application/json")
                    if is_new_cart
                    else buyer.send("GET", buyer.site.port, buyer.host, path)
                )
            except (OSError, http.client.HTTPException) as error:
                status = repr(error)  # type: ignore[assignment]
            seen.times.append(time.perf_counter() - began)
            if status not in (200, 201):
                seen.failed.append(f"{path}: {status}")


def _keep_trying(carts: list[tuple[Buyer, str]], seen: Seen, stop: threading.Event) -> None:
    for buyer, cart in carts * 1000:
        if stop.is_set():
            return
        path = f"/api/storefront/v1/carts/{cart}/checkout"
        try:
            status, _body, _location = buyer.send(
                "POST", buyer.site.port, buyer.host, path, json.dumps(buyer.details), "application/json"
            )
        except (OSError, http.client.HTTPException) as error:
            seen.told[repr(error)[:40]] += 1
            continue
        seen.told[str(status)] += 1
        time.sleep(0.2)


def crashed(site: Site, buyers: list[Buyer], times: int, seed: int) -> list[Result]:
    """Crash the database so many times while people buy, and tell how long errors went on after it was up again."""
    dice, stop, after = random.Random(seed), threading.Event(), list[float]()
    waiting = iter(buyers)
    lock = threading.Lock()
    paid: list[bool] = []

    def shoppers() -> None:
        while not stop.is_set():
            with lock:
                buyer = next(waiting, None)
            if buyer is None:
                return
            try:
                paid.append(buyer.buy().paid)
            except GaveUp:
                paid.append(False)

    with ThreadPoolExecutor(IN_CHECKOUT) as pool:
        running = [pool.submit(shoppers) for _ in range(IN_CHECKOUT)]
        for _time in range(times):
            time.sleep(dice.uniform(*CRASH_PAUSE))
            after.append(_crash(site, buyers[0]))
        stop.set()
        for one in running:
            one.result()
    return [
        plain("crashes of the database in checkouts", times, "", checkouts=len(paid), paid=sum(paid)),
        at_most("errors went on after it was up, at most", max(after), "s", ERRORS_END_WITHIN_SECONDS),
    ]


def _crash(site: Site, buyer: Buyer) -> float:
    """End the database as `pg_ctl -m immediate` does; return the seconds from when it is up until what needs it answers."""
    before = server_pid(site, "postgres")
    os.kill(before, signal.SIGQUIT)
    deadline = time.monotonic() + UP_WITHIN_SECONDS
    while not _is_up(site, before) and time.monotonic() < deadline:
        time.sleep(0.02)
    up = time.monotonic()
    while not _answers(buyer) and time.monotonic() < deadline:
        time.sleep(0.02)
    return time.monotonic() - up


def _is_up(site: Site, before: int) -> bool:
    try:
        state = json.loads((site.data_dir / "run" / "state.json").read_text())["servers"]["postgres"]
    except (OSError, ValueError, KeyError):
        return False
    return state.get("pid") not in (None, before) and bool(state.get("ready"))


def _answers(buyer: Buyer) -> bool:
    try:
        return (
            buyer.send("POST", buyer.site.port, buyer.host, "/api/storefront/v1/carts", "{}", "application/json")[0]
            == 201
        )
    except (OSError, http.client.HTTPException):
        return False
