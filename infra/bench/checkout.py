"""Adding to the cart, and three adds with a whole checkout to a placed order, by the forms a shopper uses."""

import argparse
import html
import http.client
import itertools
import json
import re
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.goods import fill
from bench.result import Result, at_most, plain
from bench.site import Site
from bench.storefront import HOST, SLUG, figures, find_token, list_handles

ROUNDS = 3
WARMING = 64
# What an order leaves to do in the background is done by then.
BEHIND_SECONDS = 3
ADDRESS = {
    "email": "shopper@example.com",
    "name": "A Shopper",
    "country": "GB",
    "line1": "1 Mill Road",
    "city": "Leeds",
    "postcode": "LS1 1AA",
    "phone": "",
}


class Shopper:
    """One visitor with a cookie jar, filling in forms."""

    def __init__(self, site: Site, link: http.client.HTTPConnection) -> None:
        self.site, self.link = site, link
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str) -> str:
        status, body, _location = self.send("GET", path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        if 'name="csrfmiddlewaretoken"' in body:
            self.token = find_token(body)
        return body

    def post(self, path: str, **words: str) -> str:
        status, body, location = self.send("POST", path, urlencode(words | {"csrfmiddlewaretoken": self.token}))
        if status not in (302, 303):
            raise RuntimeError(f"{path} answered {status}: {body[:300]}")
        return location

    def send(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {"Host": f"{HOST}:{self.site.port}", "Referer": f"http://{HOST}:{self.site.port}/"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Origin"] = f"http://{HOST}:{self.site.port}"  # a page from the cache holds no token
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.link.request(method, path, body, headers)
        response = self.link.getresponse()
        text = response.read().decode(errors="replace")
        for value in response.headers.get_all("Set-Cookie") or []:
            for morsel in SimpleCookie(value).values():
                self.cookies[morsel.key] = morsel.value
        return response.status, text, response.headers.get("Location", "")


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Return the cost of a cart add, and of three adds and a checkout up to the payment page."""
    site.open_store(SLUG)
    fill(site, SLUG, products=arguments.products, seed=arguments.seed)
    variants = sellable_variants(site)
    bare = site.load(arguments.requests, arguments.threads, lambda link, _n: healthz(site, link)).cpu_ms
    turn = itertools.count()

    def add(shopper: Shopper) -> None:
        shopper.post("/cart/add/", variant_id=str(variants[next(turn) % len(variants)]), quantity="1")

    def one_add(link: http.client.HTTPConnection, _number: int) -> None:
        shopper = shoppers.setdefault(id(link), Shopper(site, link))
        if not shopper.cookies:
            shopper.get(first_page)
        add(shopper)

    def whole(link: http.client.HTTPConnection, _number: int) -> None:
        shopper = Shopper(site, link)
        shopper.get(first_page)
        for _ in range(3):
            add(shopper)
        shopper.post("/checkout/", **ADDRESS, **read_form(shopper.get("/checkout/")))

    first_page = f"/products/{list_handles(site)[0]}/"
    shoppers: dict[int, Shopper] = {}
    flows = max(8, arguments.requests // 10)
    site.load(8, 1, one_add)
    adds = site.load(arguments.requests, arguments.threads, one_add)
    # Thrown away, like all first rounds: each thread's session at the database plans its statements at its first ones.
    site.load(WARMING, 8, whole)
    behind = site.behind_seconds()
    rounds = sorted(
        (site.load(flows, min(2, arguments.threads), whole) for _ in range(ROUNDS)), key=lambda load: load.cpu_ms
    )
    whole_flows = rounds[ROUNDS // 2]
    time.sleep(BEHIND_SECONDS)
    behind = (site.behind_seconds() - behind) * 1000 / (ROUNDS * flows)
    asked = site.inside("bench.checkout", "count_questions", slug=SLUG, variants=variants[:3])
    return [
        *figures("add to cart", adds, bare, limit=5),
        at_most("add to cart: questions", asked["add"], "", 4),
        *figures("three adds and a checkout to the payment page", whole_flows, bare, limit=60),
        plain("behind each of them: relay, workers and scheduler", behind, "ms"),
        at_most("three adds and a checkout: questions", asked["whole"], "", 40),
        at_most("placing the order, one transaction: questions", asked["placing"], "", 10),
    ]


def read_form(page: str) -> dict[str, str]:
    """Return what the checkout's form holds besides what the shopper types: what was seen, and the first way of delivery."""
    found = {}
    for tag in re.findall(r"<input[^>]+>", page.partition('id="checkout-form"')[2]):
        values = {name: html.unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        is_chosen = values.get("type") == "radio" and re.search(r"\schecked\b", tag)
        if values.get("type") == "hidden" or is_chosen:
            found[values["name"]] = values["value"]
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def count_questions(*, slug: str, variants: list[int]) -> dict[str, int]:
    """Run inside the platform: what a later add, three adds with a whole checkout, and its transaction ask the database.

    Left out are the marks of transactions, and the look for changed hosts that a process takes twice a second whatever it serves.
    The payment page is not asked for here: its address is made up, and nobody goes there.
    """
    from typing import Any
    from unittest import mock

    from django.db import connection
    from django.test import Client

    from storefront.payments.providers import HostedCheckout
    from tenants.selectors import default_host

    client = Client(headers={"host": default_host(slug)})
    asked: list[str] = []

    def note(execute: Any, sql: str, *told: Any) -> Any:
        if not re.match(r"\s*(SAVEPOINT|RELEASE|ROLLBACK|WITH now AS MATERIALIZED)", str(sql)):
            asked.append(str(sql))
        return execute(sql, *told)

    counts = []
    with connection.execute_wrapper(note):
        for variant_id in variants:
            client.post("/cart/add/", {"variant_id": variant_id, "quantity": 1})
            counts.append(len(asked))
        page = client.get("/checkout/").content.decode()
        looked = len(asked)
        opened = HostedCheckout("cs_bench", "https://pay.example/cs_bench", "open", 0, "", "", {})
        with mock.patch("storefront.payments.services.opening.provider") as provider:
            provider.return_value.open.return_value = opened
            answer = client.post("/checkout/", ADDRESS | read_form(page))
    if answer.status_code != 303:
        raise RuntimeError(f"the checkout answered {answer.status_code}")
    paid = asked[looked:]
    first = next(number for number, sql in enumerate(paid) if "carts_cart" in sql and "FOR UPDATE" in sql)
    last = max(number for number, sql in enumerate(paid) if 'INSERT INTO "orders_order"' in sql)
    return {"add": counts[-1] - counts[-2], "whole": len(asked), "placing": last - first + 1}


def sellable_variants(site: Site) -> list[int]:
    """Return up to 400 variants that can be bought, from the API."""
    found: list[int] = []
    cursor = ""
    while len(found) < 400:
        _status, body = site.get(HOST, f"/api/storefront/v1/products?limit=100&cursor={cursor}")
        page = json.loads(body)
        found += [variant["id"] for row in page["data"] for variant in row["variants"] if variant["available"]]
        cursor = page["next_cursor"] or ""
        if not cursor:
            break
    return found


def healthz(site: Site, link: http.client.HTTPConnection) -> None:
    """Ask the barest view of the same server."""
    link.request("GET", "/healthz", headers={"Host": f"localhost:{site.port}"})
    link.getresponse().read()
