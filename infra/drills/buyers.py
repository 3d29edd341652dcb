"""A hundred buyers at once for the last unit, over real HTTP and four web processes: one order a round, and none without a control.

Rounds go by turns: the last unit; five units; carts of two things in opposite orders; a set, one of its parts, and both.
"""

import argparse
import http.client
import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bench.result import Result, plain
from bench.site import Site

from drills.harm import none_of

SLUG = "rush"
PROCESSES = 4
PATIENCE_SECONDS = 120
API = "/api/storefront/v1"
ADDRESS = {
    "name": "A Buyer",
    "country": "GB",
    "line1": "1 Mill Road",
    "city": "Leeds",
    "postcode": "LS1 1AA",
}


@dataclass
class Seen:
    """What the buyers of all rounds were answered, and what the store's books say."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    orders: int = 0
    oversold: int = 0
    lost: int = 0


def run(arguments: argparse.Namespace) -> list[Result]:
    """Return how many rounds sold exactly what was there, beside a naive shop's."""
    seen = Seen()
    with Site(web_workers=PROCESSES) as site:
        site.open_store(SLUG)
        site.inside("drills.rushing", "open_shop", slug=SLUG)
        for number in range(arguments.rounds):
            kind = ("last", "five", "crossed", "sets")[number % 4]
            _round(site, seen, kind=kind, buyers=arguments.buyers)
        deadlocks = site.inside("drills.rushing", "count_deadlocks")
        naive = site.inside("drills.rushing", "sell_naively", rounds=arguments.rounds, buyers=min(arguments.buyers, 16))
    refused = seen.answers["insufficient_stock"] + seen.answers["cart_not_buyable"]
    told = sum(seen.answers.values()) - refused - seen.answers["bought"]
    return [
        plain("rounds", arguments.rounds, "", buyers_each=arguments.buyers, web_processes=PROCESSES),
        plain("orders", seen.orders, "", told_sold_out=refused),
        Result("rounds that sold more than was there", seen.oversold, "", "= 0", seen.oversold == 0),
        Result("buyers who saw a deadlock, a time-out or another failure", told, "", "= 0", told == 0,
               {"deadlocks in the database": deadlocks}),
        Result("control, a shop that looks and then writes: rounds oversold", naive, "", "> 0", naive > 0,
               {"rounds": arguments.rounds}),
        *none_of(lost=seen.lost, doubled=max(0, seen.orders - seen.answers["bought"]), leaked=0),
    ]  # fmt: skip


def _round(site: Site, seen: Seen, *, kind: str, buyers: int) -> None:
    goods = site.inside("drills.rushing", "stock_up", slug=SLUG, kind=kind)
    carts = [goods["carts"][number % len(goods["carts"])] for number in range(buyers)]
    gate = threading.Barrier(buyers, timeout=PATIENCE_SECONDS)
    with ThreadPoolExecutor(buyers) as pool:
        answers = list(pool.map(lambda one: _buy(site, gate, *one), enumerate(carts)))
    seen.answers.update(answers)
    books = site.inside("drills.rushing", "judge", slug=SLUG, goods=goods)
    bought = answers.count("bought")
    seen.orders += books["orders"]
    seen.oversold += bool(books["oversold"])
    seen.lost += max(0, bought - books["orders"]) + books["astray"]
    exact = {"last": 1, "five": 5, "crossed": 7}.get(kind, bought)
    seen.oversold += bought > exact
    seen.lost += max(0, exact - bought)
    print(f"{kind}: {bought} bought of {goods['most']} that could, {books}", flush=True)


def _buy(site: Site, gate: threading.Barrier, number: int, lines: list[list[int]]) -> str:
    """Fill a cart, wait for all others, check out, and return `bought` or what was said instead."""
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE_SECONDS)
    try:
        cart = _post(link, site, "/carts", {})[1]["id"]
        for variant_id, quantity in lines:
            _post(link, site, f"/carts/{cart}/lines", {"variant_id": variant_id, "quantity": quantity})
        gate.wait()
        body = {
            "email": f"buyer{number}@example.com",
            "shipping_address": ADDRESS,
            "payment": {"method": "manual"},
        }
        status, answer = _post(link, site, f"/carts/{cart}/checkout", body)
    except (OSError, http.client.HTTPException, threading.BrokenBarrierError) as error:
        return repr(error)
    finally:
        link.close()
    return "bought" if status == 201 else str(answer.get("code", status))


def _post(link: http.client.HTTPConnection, site: Site, path: str, body: Any) -> tuple[int, dict[str, Any]]:
    headers = {"Host": f"{SLUG}.localhost:{site.port}", "Content-Type": "application/json"}
    link.request("POST", API + path, json.dumps(body), headers)
    response = link.getresponse()
    text = response.read()
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        found = {"code": f"{response.status} {text[:80]!r}"}
    return response.status, found
