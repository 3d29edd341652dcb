"""A hundred buyers at once, over real HTTP and four web processes: no round gives away more than there is.

Rounds go by turns: the last unit; five units; carts of two things in opposite orders; a set, one of its parts, and both; a code
for one order; a code once a customer, with all of them the same customer; a gift card that is too small for all. In the last
three there are goods enough, and half as many buyers.
"""

import argparse
import http.client
import json
import os
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
KINDS = ("last", "five", "crossed", "sets", "code", "limit", "card")
SCARCE_PROMISES = ("code", "limit", "card")
# What a buyer may be told who came too late.
TOO_LATE = ("insufficient_stock", "cart_not_buyable", "discount_gone", "credit_gone", "total_changed")
NOWHERE = 2**40
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
    bought: int = 0
    orders: int = 0
    oversold: int = 0
    overgiven: int = 0
    lost: int = 0


def run(arguments: argparse.Namespace) -> list[Result]:
    """Return in how many rounds more was sold or given than there was, beside a naive shop's."""
    # Each buyer comes from an address of their own: from one alone so many codes are not tried.
    os.environ["TRUSTED_PROXIES"] = "127.0.0.1/32"
    seen, naive = Seen(), {}
    with Site(web_workers=PROCESSES) as site:
        site.open_store(SLUG)
        site.inside("drills.rush.shelves", "open_shop", slug=SLUG)
        for number in range(arguments.rounds):
            kind = KINDS[number % len(KINDS)]
            if kind in SCARCE_PROMISES:
                _promise_round(site, seen, kind=kind, buyers=max(2, arguments.buyers // 2), number=number)
            else:
                _shelf_round(site, seen, kind=kind, buyers=arguments.buyers)
        deadlocks = site.inside("drills.rush.shelves", "count_deadlocks")
        few = min(arguments.buyers, 16)
        for what in ("the last unit", "a code for one", "a gift card"):
            naive[what] = site.inside(
                "drills.rush.unguarded", "give_naively", what=what, rounds=arguments.rounds, buyers=few
            )
    late = sum(seen.answers[code] for code in TOO_LATE)
    told = sum(seen.answers.values()) - late - seen.answers["bought"]
    return [
        plain("rounds", arguments.rounds, "", buyers_each=arguments.buyers, web_processes=PROCESSES),
        plain("orders", seen.orders, "", told_too_late=late),
        Result("rounds that sold more than was there", seen.oversold, "", "= 0", seen.oversold == 0),
        Result("rounds that gave a code or a card more often than allowed", seen.overgiven, "", "= 0", seen.overgiven == 0),
        Result("buyers who saw a deadlock, a time-out or another failure", told, "", "= 0", told == 0,
               {"deadlocks in the database": deadlocks}),
        *(Result(f"control, {what} where one looks and then writes: rounds too many", over, "", "> 0", over > 0,
                 {"rounds": arguments.rounds}) for what, over in naive.items()),
        *none_of(lost=seen.lost, doubled=max(0, seen.orders - seen.bought), leaked=0),
    ]  # fmt: skip


def _shelf_round(site: Site, seen: Seen, *, kind: str, buyers: int) -> None:
    goods = site.inside("drills.rush.shelves", "stock_up", slug=SLUG, kind=kind)
    answers = _rush(site, [Wish(goods["carts"][n % len(goods["carts"])], f"buyer{n}") for n in range(buyers)])
    seen.answers.update(answers)
    books = site.inside("drills.rush.shelves", "judge", slug=SLUG, goods=goods)
    bought = answers.count("bought")
    seen.bought += bought
    seen.orders += books["orders"]
    seen.oversold += bool(books["oversold"])
    seen.lost += max(0, bought - books["orders"]) + books["astray"]
    exact = {"last": 1, "five": 5, "crossed": 7}.get(kind, bought)
    seen.oversold += bought > exact
    seen.lost += max(0, exact - bought)
    print(f"{kind}: {bought} bought of {goods['most']} that could, {books}", flush=True)


def _promise_round(site: Site, seen: Seen, *, kind: str, buyers: int, number: int) -> None:
    """Let everybody put the code or the card into the cart first: it is there when they all press at once."""
    made = site.inside("drills.rush.promises", "promise", slug=SLUG, kind=kind)
    words = {"gift_cards": [made["card"]]} if "card" in made else {"discount_codes": [made["code"]]}
    names = [f"same{number}" if kind == "limit" else f"buyer{n}" for n in range(buyers)]
    answers = _rush(site, [Wish(made["carts"][0], name, words) for name in names])
    seen.answers.update(answers)
    books = site.inside("drills.rush.promises", "judge", slug=SLUG, round_=made)
    seen.overgiven += books["given"] > made["most"]
    seen.lost += (not books["given"]) + books["astray"]
    print(f"{kind}: {answers.count('bought')} bought, {books['given']} of {made['most']} given, {books}", flush=True)


class Link(http.client.HTTPConnection):
    """A connection of somebody who `comes_from` an address of their own."""

    comes_from = ""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to buy: (variant, quantity) each, under which name, and with which codes or cards."""

    lines: list[list[int]]
    name: str
    words: dict[str, list[str]] = field(default_factory=dict)


def _rush(site: Site, wishes: list[Wish]) -> list[str]:
    """Let all of them buy at the same moment; return what each was told: `bought`, or a problem's code."""
    gate = threading.Barrier(len(wishes), timeout=PATIENCE_SECONDS)
    with ThreadPoolExecutor(len(wishes)) as pool:
        return list(pool.map(lambda one: _buy(site, gate, *one), enumerate(wishes)))


def _buy(site: Site, gate: threading.Barrier, number: int, wish: Wish) -> str:
    link = Link("127.0.0.1", site.port, timeout=PATIENCE_SECONDS)
    link.comes_from = f"10.0.{number // 200}.{number % 200 + 1}"
    try:
        cart = _post(link, site, "/carts", {})[1]["id"]
        for variant_id, quantity in wish.lines:
            _post(link, site, f"/carts/{cart}/lines", {"variant_id": variant_id, "quantity": quantity})
        body: dict[str, Any] = {
            "email": f"{wish.name}@example.com",
            "shipping_address": ADDRESS,
            "payment": {"method": "bank_transfer"},
        }
        if wish.words:  # a way of delivery that is not there: nothing is bought, and the cart has its codes
            _post(link, site, f"/carts/{cart}/checkout", {**body, **wish.words, "shipping_method_id": NOWHERE})
        gate.wait()
        status, answer = _post(link, site, f"/carts/{cart}/checkout", body)
    except (OSError, http.client.HTTPException, threading.BrokenBarrierError) as error:
        return repr(error)
    finally:
        link.close()
    return "bought" if status == 201 else str(answer.get("code", status))


def _post(link: Link, site: Site, path: str, body: Any) -> tuple[int, dict[str, Any]]:
    headers = {
        "Host": f"{SLUG}.localhost:{site.port}",
        "Content-Type": "application/json",
        "X-Forwarded-For": link.comes_from,
    }
    link.request("POST", API + path, json.dumps(body), headers)
    response = link.getresponse()
    text = response.read()
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        found = {"code": f"{response.status} {text[:80]!r}"}
    return response.status, found
