"""What pages weigh with their pictures, and when the largest of it stands on a throttled phone; demo store, real Chromium."""

import argparse
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from bench.beside import nginx
from bench.chromium import DESK, PHONE, address, chromium, sign_in_as_merchant
from bench.result import Result, at_most, plain
from bench.site import Site

STORE = "acme"
LOADS = 5
# Slow 4G as Lighthouse has it, and a processor a quarter as quick as this one.
LATENCY_MS, DOWN_KBIT, UP_KBIT, SLOWDOWN = 150, 1638.4, 750, 4
LARGEST = """() => new Promise(done => {
  let seen = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) seen = one.startTime })
    .observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => done(seen), 400);
})"""


def run(site: Site, _arguments: argparse.Namespace) -> list[Result]:
    """Return weights and largest contentful paints."""
    with chromium() as browser:
        if browser is None:
            return [plain("no Chromium: weights with pictures and LCP not measured", 0.0, "")]
        product, cookies = _first_product(site, browser), _merchants_cookies(site, browser)
        site.inside("bench.browser", "photograph", slug=STORE, handle=product.strip("/").rpartition("/")[2])
        with nginx(site.data_dir, upstream=site.port, static=b"") as found:
            port = found[0] if found else site.port
            return [*_weights(browser, port, product, cookies), *_paints(browser, port, product)]


def _weights(browser: Any, port: int, product: str, cookies: Any) -> list[Result]:
    """Return what two pages weigh on the wire, behind the example's nginx where there is one."""
    weights = _weigh(browser, PHONE, _address(port, product))
    work = _weigh(browser, {**DESK, "storage_state": cookies}, _address(port, "/dashboard/products/"))
    return [
        at_most("product page on a phone: whole, with pictures", weights["all"] / 1024, "KB", 350,
                pictures=weights["Image"] / 1024, html=weights["Document"] / 1024, requests=weights["count"]),
        at_most("product page: JS and CSS on the wire", (weights["Script"] + weights["Stylesheet"]) / 1024, "KB", 65,
                js=weights["Script"] / 1024, css=weights["Stylesheet"] / 1024),
        at_most("dashboard's list of products: whole", work["all"] / 1024, "KB", 200, html=work["Document"] / 1024,
                js=work["Script"] / 1024, css=work["Stylesheet"] / 1024, pictures=work["Image"] / 1024,
                requests=work["count"]),
    ]  # fmt: skip


def _paints(browser: Any, port: int, product: str) -> list[Result]:
    results = []
    for name, path in {"home": "/", "list": "/products/", "product": product}.items():
        seconds = [_largest(browser, _address(port, path)) for _ in range(LOADS)]
        results.append(at_most(f"{name}: largest contentful paint, throttled phone", median(seconds), "s", 1.8,
                               worst=max(seconds)))  # fmt: skip
    return results


def _address(port: int, path: str) -> str:
    return f"http://{STORE}.localhost:{port}{path}"


def _first_product(site: Site, browser: Any) -> str:
    page = browser.new_page()
    page.goto(address(site, STORE, "/products/"))
    found = str(page.locator("li.c h3 a").first.get_attribute("href"))
    page.close()
    return urlsplit(found).path


def _merchants_cookies(site: Site, browser: Any) -> Any:
    """Return the storage of a browser in which the merchant is logged in."""
    context = browser.new_context(**DESK)
    page = context.new_page()
    sign_in_as_merchant(site, page, STORE)
    cookies = context.storage_state()
    context.close()
    return cookies


def _weigh(browser: Any, device: dict[str, Any], where: str) -> dict[str, float]:
    """Return the bytes on the wire by kind, for a browser that has nothing yet and looks at the page without moving it."""
    context = browser.new_context(**device)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    found: dict[str, float] = dict.fromkeys(("all", "count", "Document", "Script", "Stylesheet", "Image"), 0.0)

    def came(told: dict[str, Any]) -> None:
        kinds[told["requestId"]] = told["type"]

    def ended(told: dict[str, Any]) -> None:
        kind = kinds.get(told["requestId"], "Other")
        found[kind] = found.get(kind, 0.0) + told["encodedDataLength"]
        found["all"] += told["encodedDataLength"]
        found["count"] += 1

    wire.on("Network.responseReceived", came)
    wire.on("Network.loadingFinished", ended)
    wire.send("Network.enable")
    answer = page.goto(where, wait_until="networkidle")
    page.wait_for_timeout(500)
    context.close()
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{where} answered {answer and answer.status}")
    return found


def _largest(browser: Any, where: str) -> float:
    """Return the seconds until the largest contentful paint of a first visit."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS,
              "downloadThroughput": DOWN_KBIT * 1000 / 8, "uploadThroughput": UP_KBIT * 1000 / 8})  # fmt: skip
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(where, wait_until="load")
    seconds = float(page.evaluate(LARGEST)) / 1000
    context.close()
    return seconds


def photograph(*, slug: str, handle: str) -> int:
    """Run inside the platform: put four photographs, with the grain of a phone's camera, first on a product's page."""
    import io

    from PIL import Image
    from sklearn.datasets import load_sample_images

    from core.clock import utc_now
    from core.tenancy import in_tenant
    from storefront.catalog.models import Product
    from storefront.catalog.services.media import add_image, arrange_images
    from storefront.catalog.services.pictures import finish_picture
    from tenants.selectors import get_tenant

    with in_tenant(get_tenant(slug)):
        product = Product.objects.get(handle=handle)
        before = list(product.images.order_by("position").values_list("pk", flat=True))
        made = []
        for number in range(4):
            photo = Image.fromarray(load_sample_images().images[number % 2])
            whole = photo.crop((0, 0, 340, 425)) if number < 2 else photo.crop((300, 0, 640, 425))
            whole = whole.resize((1600, 2000), Image.Resampling.LANCZOS)
            grain = Image.effect_noise(whole.size, 40).convert("RGB")
            file = io.BytesIO()
            Image.blend(whole, grain, 0.08).save(file, "JPEG", quality=92)
            file.seek(0)
            image = add_image(product_id=product.pk, file=file, alt=f"Photograph {number + 1}", now=utc_now())
            finish_picture(image_id=image.pk)
            made.append(image.pk)
        arrange_images(product_id=product.pk, image_ids=[*made, *before])
    return len(made)
