"""Buy while something breaks: processes are killed, no webhook comes or all at once, broker, Stripe and database fail.

`--full` is the sizes that the figures are promised for: 200 kills, 200 dropped webhooks, 200 races, two minutes an outage.
"""

import argparse
import os
import random
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from pathlib import Path

from bench.result import Result, at_most, plain
from bench.site import WEB, Site

from drills.faults import control, freeze, keep_killing
from drills.harm import none_of
from drills.outages import crashed, unreachable
from drills.payer import Bought, Buyer, GaveUp
from drills.racing import race

SLUGS = ("till", "counter")
GOODS = 12
CLIENTS = 4
LEAVES_EVERY = 7
WEB_WORKERS = 6
KILL_PAUSE = (1.0, 2.4)
FAR_BEYOND_THE_HOLD = 40 * 60
RELAYS = 50
PATIENCE_SECONDS = 180
FULL_ROUNDS, FULL_SECONDS, CRASHES = 200, 120, 10


class Shop:
    """Two stores of a running platform, and people who buy in them."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site, self.dice = site, random.Random(seed)
        self.goods: dict[str, list[int]] = {}
        for slug in SLUGS:
            site.open_store(slug)
            self.goods[slug] = site.inside("drills.books", "furnish", slug=slug, count=GOODS)
        self.turn = 0
        self.lock = threading.Lock()

    def next_buyer(self) -> Buyer:
        """Return the next shopper, of each store by turns."""
        with self.lock:
            self.turn += 1
            slug = SLUGS[self.turn % len(SLUGS)]
            return Buyer(self.site, slug, self.dice.choice(self.goods[slug]), f"{slug}-{self.turn}@example.com")

    def one(self, *, comes_back: bool = True) -> Bought:
        """Let the next shopper come; every seventh leaves at the payment page."""
        buyer = self.next_buyer()
        leaves = int(buyer.email.partition("@")[0].rpartition("-")[2]) % LEAVES_EVERY == 0
        try:
            return buyer.buy(pays=not leaves, comes_back=comes_back)
        except GaveUp:
            return Bought(buyer.email, tries=buyer.tries)

    def settle(self, *, after_the_hold: bool = False) -> int:
        """Let the reconciler run now, in both stores; return how much it settled."""
        return sum(
            self.site.inside("drills.books", "reconcile", slug=slug, after_the_hold=after_the_hold) for slug in SLUGS
        )

    def tell(self, name: str) -> Result:
        """Let the reconciler run, and return what was lost, doubled or leaked so far, as a line of this part's."""
        self.settle()
        wrong = {kind: len(what) for kind, what in self.judge(is_over=False).items()}
        return Result(
            f"{name}: lost, doubled, leaked", sum(wrong.values()), "", "= 0", not any(wrong.values()), {**wrong}
        )

    def judge(self, *, is_over: bool = True) -> dict[str, list[str]]:
        """Return what was lost, doubled or leaked in both stores, and say it on stderr."""
        wrong: dict[str, list[str]] = {"lost": [], "doubled": [], "leaked": []}
        for slug in SLUGS:
            found = self.site.inside("drills.books", "judge", slug=slug, is_over=is_over)
            for kind, words in wrong.items():
                words += [f"{slug}: {what}" for what in found[kind]]
        for kind, words in wrong.items():
            for what in words[:20]:
                print(f"{kind}: {what}", file=sys.stderr)
        return wrong

    def judge_mails(self) -> dict[str, list[str]]:
        """Wait until the mails have left, and return who of those who paid got none, or two of different names (ADR 26)."""
        buyers = [email for slug in SLUGS for email in self.site.inside("drills.books", "list_buyers", slug=slug)]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            got = {email: len(names) for email, names in list_mails(self.site).items()}
            missing = [email for email in buyers if not got.get(email)]
            if not missing or time.monotonic() > deadline:
                break
            time.sleep(2)
        twice = [email for email in buyers if got.get(email, 0) > 1]
        for email in [*missing[:5], *twice[:5]]:
            print(f"{email} got {got.get(email, 0)} confirmations", file=sys.stderr)
        return {"lost": missing, "doubled": twice, "leaked": []}

    def end_the_hold(self) -> None:
        """Let the time run out for whoever left at the payment page, there and here."""
        control(self.site, "POST", "clock", {"advance": FAR_BEYOND_THE_HOLD})
        self.settle(after_the_hold=True)


def run(arguments: argparse.Namespace) -> list[Result]:
    """Run all parts on one platform and return what each cost, with lost, doubled and leaked of all together."""
    rounds = FULL_ROUNDS if arguments.full else arguments.rounds
    seconds = FULL_SECONDS if arguments.full else arguments.seconds
    crashes = min(CRASHES, max(1, rounds // 3))
    results: list[Result] = []
    with Site(web_workers=WEB_WORKERS) as site:
        shop = Shop(site, arguments.seed)

        def buyers(count: int) -> list[Buyer]:
            return [shop.next_buyer() for _ in range(count)]

        parts: dict[str, Callable[[], list[Result]]] = {
            "web killed": lambda: killed(shop, rounds, arguments.seed),
            "no webhook": lambda: silent(shop, rounds),
            "all at once": lambda: race(site, buyers(rounds)),
            "no broker": lambda: frozen(shop, seconds),
            "no Stripe": lambda: unreachable(site, buyers(8), seconds),
            "database crashed": lambda: crashed(site, buyers(crashes * 200), crashes, arguments.seed),
            "relays killed": lambda: relays(shop, min(rounds, RELAYS), arguments.seed),
        }
        for name, work in parts.items():
            began = time.monotonic()
            results += [*work(), shop.tell(name)]
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        wrong = shop.judge_mails()
        again = sum(count - 1 for names in list_mails(site).values() for count in names.values())
        results.append(plain("mails that left once more under the same name", again, ""))
        shop.end_the_hold()
        for kind, what in shop.judge().items():
            wrong[kind] += what
    return [*results, *none_of(**{kind: len(what) for kind, what in wrong.items()})]


def killed(shop: Shop, rounds: int, seed: int) -> list[Result]:
    """Kill -9 a web process at random instants of checkouts, so many times."""
    dice, done, stop = random.Random(seed), 0, threading.Event()
    bought: list[Bought] = []

    def shoppers() -> None:
        while not stop.is_set():
            bought.append(shop.one())

    with ThreadPoolExecutor(CLIENTS) as pool:
        running = [pool.submit(shoppers) for _ in range(CLIENTS)]
        while done < rounds:
            time.sleep(dice.uniform(*KILL_PAUSE))
            done += kill_one(shop.site, dice)
        stop.set()
        for one in running:
            one.result()
    settled = shop.settle()
    paid = sum(one.paid for one in bought)
    known = sum(shop.site.inside("drills.books", "count_paid", slug=slug) for slug in SLUGS)
    return [
        plain("web processes killed in checkouts", done, "", checkouts=len(bought), paid=paid, settled_later=settled,
              asked_again=sum(one.tries for one in bought) - 3 * len(bought)),
        Result("of the paid ones an order is open for", known, "", f"= {paid}", known == paid),
    ]  # fmt: skip


def kill_one(site: Site, dice: random.Random) -> int:
    """Kill the web worker that has served longest, or the one after it; return 1, or 0 where fewer than two are up.

    One that has just begun is left alone: a server whose workers die as they are born gives up, and rightly.
    """
    found = web_workers(site)
    if len(found) < 2:
        return 0
    try:
        os.kill(dice.choice(found[:2]), signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1


def web_workers(site: Site) -> list[int]:
    """Return the web processes that serve, the oldest first: those whose parent is a web process too."""
    parents: dict[int, tuple[int, int]] = {}
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if folder.name.isdigit() and WEB in words and f"--port {site.port}" in words:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                parents[int(folder.name)] = (int(fields[1]), int(fields[19]))
        except (OSError, IndexError):
            continue
    serving = [(began, pid) for pid, (parent, began) in parents.items() if parent in parents]
    return [pid for _began, pid in sorted(serving)]


def silent(shop: Shop, rounds: int) -> list[Result]:
    """Drop every webhook of so many checkouts whose shoppers never come back: the reconciler alone hears of them."""
    control(shop.site, "POST", "faults", {"kind": "drop_webhook", "match": {}, "times": 10**6})
    before = sum(shop.site.inside("drills.books", "count_paid", slug=slug) for slug in SLUGS)
    paid, shoppers = 0, 0
    with ThreadPoolExecutor(CLIENTS) as pool:
        while paid < rounds:
            batch = list(pool.map(lambda _number: shop.one(comes_back=False), range(min(20, rounds - paid + 3))))
            shoppers += len(batch)
            paid += sum(one.paid for one in batch)
    began = time.monotonic()
    shop.settle()
    seconds = time.monotonic() - began
    control(shop.site, "DELETE", "faults")
    after = sum(shop.site.inside("drills.books", "count_paid", slug=slug) for slug in SLUGS)
    return [
        Result("checkouts with every webhook dropped, reconciled", after - before, "", f"= {paid}", after - before == paid,
               {"shoppers": shoppers, "seconds": round(seconds, 1)}),
    ]  # fmt: skip


def frozen(shop: Shop, seconds: int) -> list[Result]:
    """Freeze the broker, then kill it again and again, while people buy."""
    results = []
    for name, fault in (("frozen", freeze), ("killed again and again", keep_killing)):
        stop, times, bought = threading.Event(), list[float](), list[Bought]()

        def shoppers(stop: threading.Event = stop, times: list[float] = times, bought: list[Bought] = bought) -> None:
            while not stop.is_set():
                began = time.perf_counter()
                bought.append(shop.one())
                times.append(time.perf_counter() - began)

        with ThreadPoolExecutor(2) as pool, fault(shop.site, "broker"):
            running = [pool.submit(shoppers) for _ in range(2)]
            time.sleep(seconds)
            stop.set()
            for one in running:
                one.result()
        failed = sum(not one.page for one in bought)
        results.append(
            at_most(f"checkouts that failed while the broker was {name}", failed, "", 0, checkouts=len(bought),
                    seconds=seconds, slowest_s=max(times))
        )  # fmt: skip
    return results


def relays(shop: Shop, times: int, seed: int) -> list[Result]:
    """Freeze the platform's relay while people buy, and kill others between publishing and marking."""
    with frozen_relay(shop.site):
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda _number: shop.one(), range(times)))
        found = shop.site.inside("drills.books", "kill_relays", times=times, seed=seed)
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = 1
    while waiting and time.monotonic() < deadline:
        waiting = sum(shop.site.inside("drills.books", "count_waiting", slug=slug) for slug in SLUGS)
    return [
        Result("relays killed between publishing and marking", found["died"], "", f"= {times}", found["died"] == times,
               {"messages published twice": found["published"]}),
        Result("messages that wait in the outbox afterwards", waiting, "", "= 0", waiting == 0),
    ]  # fmt: skip


@contextmanager
def frozen_relay(site: Site) -> Iterator[None]:
    """Stop the platform's own relay for the length of the block."""
    pids = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit() and is_relay(folder, site)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def is_relay(folder: Path, site: Site) -> bool:
    """Tell whether a process is this platform's relay."""
    try:
        words = (folder / "cmdline").read_bytes().split(b"\0")
        return b"relay" in words and str(site.data_dir).encode() in (folder / "environ").read_bytes()
    except OSError:
        return False


def list_mails(site: Site) -> dict[str, Counter[str]]:
    """Return how often each address got a mail of each name (Message-ID): mailboxes show those of one name once."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for file in (site.data_dir / "mail").glob("*.eml"):
        mail = BytesHeaderParser().parsebytes(file.read_bytes())
        found[str(mail["X-Envelope-To"]).strip()][str(mail["Message-ID"]).strip()] += 1
    return found
