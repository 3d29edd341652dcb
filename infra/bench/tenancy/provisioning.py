"""From the sign-up form to the first page of the new store's own host."""

import argparse
import http.client
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.result import Result, at_most, plain
from bench.site import Site
from bench.storefront import find_token

ROUNDS = 10


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Sign up a few times and return the seconds until the store answers."""
    times = sorted(sign_up(site, f"round-{arguments.seed}-{number}") for number in range(ROUNDS))
    return [
        at_most("sign-up POST to the first 200 on the new host, median", times[len(times) // 2], "s", 3),
        plain("sign-up POST to the first 200 on the new host, slowest of 10", times[-1], "s"),
    ]


def sign_up(site: Site, slug: str) -> float:
    """Return the seconds from sending the form to the store's home page."""
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    headers = {"Host": f"localhost:{site.port}"}
    link.request("GET", "/signup/", headers=headers)
    response = link.getresponse()
    token = find_token(response.read().decode())
    cookies = SimpleCookie(response.headers["Set-Cookie"])
    words = {"email": f"{slug}@example.com", "password": "a long enough passphrase", "name": slug, "slug": slug,
             "country": "US", "csrfmiddlewaretoken": token}  # fmt: skip
    headers |= {
        "Cookie": "; ".join(f"{m.key}={m.value}" for m in cookies.values()),
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"http://localhost:{site.port}/signup/",
    }
    began = time.perf_counter()
    link.request("POST", "/signup/", urlencode(words), headers)
    response = link.getresponse()
    response.read()
    if response.status != 302:
        raise RuntimeError(f"sign-up answered {response.status}")
    while site.get(f"{slug}.localhost", "/")[0] != 200:
        time.sleep(0.02)
    return time.perf_counter() - began
