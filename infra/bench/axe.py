"""What axe-core finds on every page that links lead to, from cart to order and in the console: both widths, both languages."""

import argparse
import re
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error

from bench.chromium import (
    DESK,
    PHONE,
    STORES,
    address,
    chromium,
    pay,
    sign_in_as_merchant,
    sign_in_as_owner,
    sign_in_as_shopper,
)
from bench.result import Result, at_most, plain
from bench.site import Site

MOST_PAGES = 130
# Pages that no link leads to, or only after a deed.
MORE = {
    "storefront": ("/cart/", "/search/?q=tea", "/search/?q=zzzzqqqq", "/nothing-here/", "/account/login/", "/account/register/",
                   "/blog/", "/categories/"),
    "account": ("/account/", "/account/orders/", "/account/addresses/", "/account/details/", "/account/privacy/", "/saved/"),
    "dashboard": ("/dashboard/products/new/", "/dashboard/products/?q=zzzzqqqq", "/dashboard/nothing-here/"),
    "platform": ("/signup/", "/login/", "/pricing/", "/nothing-here/"),
    "console": (),
}  # fmt: skip
STARTS = {
    "storefront": "/",
    "account": "/account/",
    "dashboard": "/dashboard/",
    "platform": "/",
    "console": "/console/",
}
# The parts on the platform's own host, in the language that the browser asks for.
OF_THE_PLATFORM = ("platform", "console")
LOCALES = {"acme": "en-US", "yunshang": "zh-CN"}
WHO = {
    "acme": {"email": "ada@example.com", "name": "Ada Moss", "line1": "12 Hill Road", "city": "Portland", "province": "OR",
             "postcode": "97201"},
    "yunshang": {"email": "lin@example.com", "name": "林晚", "line1": "竹竿巷 12 号", "city": "杭州市", "province": "浙江省",
                 "postcode": "310006"},
}  # fmt: skip
# What is no page, ends the session, or leads out of this part.
_NO_PAGES = re.compile(
    r"^/(static|media|api|webhooks|e$|sitemap|robots|feeds?/|manifest)|/logout/|/leave/|\.(csv|xlsx|txt|xml|zip|ics|json|gz)$|/download/|/export"
)
_RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
# What a browser says of an address that is a file, or an answer without a page.
_FILES = ("Download is starting", "ERR_ABORTED", "ERR_HTTP_RESPONSE_CODE_FAILURE")
_SETTLE = "() => new Promise(done => setTimeout(done, 60))"


def run(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Return how many pages were looked at and what was found; each finding is told on stderr as it comes."""
    with chromium() as browser:
        if browser is None:
            return [plain("no Chromium: nothing looked at", 0.0, "")]
        results = []
        for store, language in STORES.items():
            for part in STARTS:
                pages, found = look_through(site, browser, store, part, most=arguments.pages)
                results.append(_result(part, language, pages, found))
            results.append(_result("cart to order", language, *look_at_a_purchase(site, browser, store)))
        return results


def _result(part: str, language: str, pages: int, found: int) -> Result:
    return at_most(f"axe: {part}, {language}: violations", float(found), "", 0, pages=float(pages), widths=2.0)


def look_through(site: Site, browser: Any, store: str, part: str, *, most: int = MOST_PAGES) -> tuple[int, int]:
    """Visit one page of each kind that links lead to, at both widths, and return how many pages and violations there were."""
    context = browser.new_context(**DESK, locale=LOCALES[store])
    context.set_default_timeout(30_000)
    page, host = context.new_page(), "" if part in OF_THE_PLATFORM else store
    if part == "dashboard":
        sign_in_as_merchant(site, page, store)
    elif part == "account":
        sign_in_as_shopper(site, page, store)
    elif part == "console":
        sign_in_as_owner(site, page)
    pages = violations = 0
    waiting, seen = [STARTS[part], *MORE[part]], set()
    while waiting and pages < most:
        path = waiting.pop(0)
        if (kind := _kind(path)) in seen:
            continue
        seen.add(kind)
        try:
            answer = page.goto(address(site, host, path), wait_until="load")
        except Error as error:
            if not any(word in str(error) for word in _FILES):
                raise
            continue
        if answer is None or "html" not in (answer.headers.get("content-type") or ""):
            continue
        pages += 1
        waiting += [link for link in _links(page, host, part) if _kind(link) not in seen]
        violations += look_at_both_widths(page, f"{store} {path}")
    context.close()
    return pages, violations


def look_at_a_purchase(site: Site, browser: Any, store: str) -> tuple[int, int]:
    """Buy what the first list shows first, and look at each step: cart, checkout, its errors, the order and what it leads to."""
    context = browser.new_context(**DESK, locale=LOCALES[store])
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(address(site, store, "/products/?stock=1&sort=-price"))
    page.goto(address(site, store, page.locator("#list h3 a").first.get_attribute("href")))
    page.locator("#buy").evaluate("form => form.requestSubmit()")
    page.wait_for_load_state("networkidle")
    pages = violations = 0

    def look_here(name: str) -> None:
        nonlocal pages, violations
        pages, violations = pages + 1, violations + look_at_both_widths(page, f"{store} {name}")

    page.goto(address(site, store, "/cart/"))
    look_here("cart")
    page.goto(address(site, store, "/checkout/"))
    look_here("checkout")
    send = "form => form.requestSubmit()"
    page.locator("#checkout-form").evaluate(send)
    page.locator(".err").first.wait_for()
    look_here("checkout with errors")
    for name, value in WHO[store].items():
        page.fill(f"#checkout-form [name={name}]", value)
    page.locator("#checkout-form").evaluate(send)
    page.wait_for_url(lambda url: "/checkout/" not in url or f"{store}." not in url)
    pay(page)
    page.wait_for_url("**/orders/*/**")
    look_here("order")
    for path in sorted(
        {link for link in _links(page, store, "storefront") if link.startswith(("/orders/", "/support/"))}
    ):
        page.goto(address(site, store, path))
        look_here(_kind(path))
    context.close()
    return pages, violations


def look_at_both_widths(page: Any, where: str) -> int:
    """Return how much axe-core finds on the page as it stands; each finding is told on stderr."""
    count = 0
    for width in (DESK, PHONE):
        page.set_viewport_size(width["viewport"])
        for told in look(page):
            count += 1
            print(f"{where} {width['viewport']['width']}: {told}", file=sys.stderr, flush=True)
    return count


def look(page: Any) -> Iterator[str]:
    """Yield what axe-core finds on the page as it stands."""
    page.evaluate(_SETTLE)
    page.evaluate(AXE_SCRIPT)
    for one in page.evaluate(_RUN):
        nodes = "; ".join(
            f"{node['html'][:160]} | {' '.join(node['failureSummary'].split())[:200]}" for node in one["nodes"][:3]
        )
        yield f"{one['id']} ({one['impact']}, {len(one['nodes'])}): {nodes}"


def _kind(path: str) -> str:
    """Return an address with its numbers and names put aside, so that one page of each kind is looked at."""
    parts = urlsplit(path)
    plain_path = re.sub(r"/\d+", "/#", parts.path)
    plain_path = re.sub(
        r"^(/(?:products|collections|categories|pages|policies|orders|blog/tags)/)[^/]+/", r"\1*/", plain_path
    )
    plain_path = re.sub(r"^/blog/(?!tags/|feed)[^/]+/$", "/blog/*/", plain_path)
    plain_path = re.sub(r"/[A-Za-z0-9_-]{20,}(?=/)", "/*", plain_path)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return f"{plain_path}?{'&'.join(names)}" if len(names) == 1 else plain_path


def _links(page: Any, store: str, part: str) -> list[str]:
    """Return the paths of the page's links that stay in this part of the store."""
    found = page.evaluate("() => [...document.querySelectorAll('a[href]')].map(one => one.href)")
    inside = []
    for link in found:
        parts = urlsplit(link)
        own = next((name for name in ("dashboard", "account", "console") if parts.path.startswith(f"/{name}/")), "")
        host = f"{store}.localhost" if store else "localhost"
        is_ours = parts.hostname == host and not _NO_PAGES.search(parts.path)
        fits = own == part or (not own and part in ("storefront", "platform"))
        if is_ours and fits:
            inside.append(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return inside
