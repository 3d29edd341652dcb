"""A real platform, real Chromium, and the states of the journey, each reached as a person reaches it."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import goods, merchant, owner, shopper
from tests.browser.merchant import Store
from tests.browser.people import People, Person
from tests.browser.running import RunningPlatform
from tests.browser.shopper import Purchase

CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    "--disable-blink-features=AutomationControlled",  # the visit beacon counts people, not robots
]
MUG = "Enamel mug"
EVERYBODY = pytest.StashKey[People]()


def find_chromium() -> str:
    """Return the path of Debian's Chromium; without one the tests skip, and in CI they fail."""
    path = next((path for path in CHROMIUM if Path(path).exists()), None) or shutil.which("chromium")
    if path is None:
        reason = "the browser tests need Chromium (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def platform(chromium: Browser) -> Iterator[RunningPlatform]:
    """`shopstead up` without demo stores, for all files here; each opens its own stores. Stopped, nothing of it is left."""
    # Not under pytest's own folder: that one is closed to the user the database runs as when we are root.
    with tempfile.TemporaryDirectory(prefix="shopstead-journey-", ignore_cleanup_errors=True) as folder:
        running = RunningPlatform(Path(folder) / "data")
        Path(folder).chmod(0o711)
        try:
            running.start()
            yield running
        finally:
            left = running.stop()
        assert left == []


@pytest.fixture(scope="module")
def people(
    chromium: Browser,
    platform: RunningPlatform,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[People]:
    """Everybody who comes; at the end no page had an error in a script or content that its policy refuses."""
    everybody = People(chromium, platform, tmp_path_factory.mktemp("pages"))
    request.session.stash[EVERYBODY] = everybody
    yield everybody
    del request.session.stash[EVERYBODY]
    for person in everybody.everybody:
        person.page.context.close()
    assert everybody.problems == []


@pytest.fixture(scope="module")
def acme(platform: RunningPlatform, people: People) -> Store:
    """A store that was just signed up for."""
    return merchant.sign_up(platform, people.come("merchant"), name="Acme Outdoor", slug="acme")


@pytest.fixture(scope="module")
def mug(acme: Store, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Acme's first product, five in stock."""
    merchant.add_product(acme, title=MUG, price="24.00", quantity=5, folder=tmp_path_factory.mktemp("mug"))
    return MUG


@pytest.fixture(scope="module")
def purchase(platform: RunningPlatform, people: People, acme: Store, mug: str) -> Purchase:
    """A guest's paid order of one mug, bought on a phone."""
    guest, email = people.come("guest", with_phone=True), "ada@example.com"
    shopper.find(guest, acme, words="mug", title=mug)
    guest.shoot("3-product")
    shopper.add_to_cart(guest, title=mug)
    shopper.check_out(guest, email=email)
    return shopper.pay_after_a_decline(platform, guest, email=email)


@pytest.fixture(scope="module")
def parcel(acme: Store, purchase: Purchase) -> str:
    """The number of the parcel in which the order has left."""
    merchant.fulfill(acme, order_name=purchase.name, tracking_number="1Z999AA10123456784")
    return "1Z999AA10123456784"


@pytest.fixture(scope="module")
def paid_plan(acme: Store) -> str:
    """The plan that Acme pays for."""
    merchant.choose_plan(acme, plan="Growth")
    return "Growth"


@pytest.fixture(scope="module")
def globex(platform: RunningPlatform, people: People, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A second store, with goods and two months of orders from another shop, and a trained model."""
    store = merchant.sign_up(platform, people.come("second merchant"), name="Globex", slug="globex")
    folder = tmp_path_factory.mktemp("globex")
    for kind, content in (("products", goods.shelf()), ("orders", goods.sixty_orders(datetime.now(UTC)))):
        (folder / f"{kind}.csv").write_bytes(content)
        platform.run("import", store.slug, kind, str(folder / f"{kind}.csv"))
    platform.run("recs", "train", store.slug)
    return store


@pytest.fixture(scope="module")
def platform_owner(platform: RunningPlatform, people: People) -> Person:
    """The owner, signed in to the console."""
    owner.enroll(platform)
    person = people.come("owner")
    owner.sign_in(platform, person)
    return person


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Keep pictures of everybody's page and the ends of the logs beside the report of a failure."""
    report = yield
    everybody = item.session.stash.get(EVERYBODY, None)
    if report.failed and everybody is not None:
        paths = everybody.keep_traces(everybody.folder / item.name)
        report.sections.append(("pages", "\n".join(map(str, paths))))
    return report
