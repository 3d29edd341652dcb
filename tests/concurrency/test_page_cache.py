"""A page that was being made while its store changed is never shown after the change."""

import threading
import time
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection

from core.tenancy import in_tenant
from shopstead.page_cache import PageCache
from shopstead.page_cache.front import _edition
from shopstead.page_cache.memory import Memory
from storefront.catalog.models import Product
from tenants.hosts import find_tenant
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.shopstead.page_cache.visitor import Renders, Visitor, visitor
from tests.storefront.goods import make_variant

PATIENCE_SECONDS = 30


def rename(shop: Tenant, title: str) -> None:
    with in_tenant(shop):
        Product.objects.update(title=title)


class Slow(Renders):
    """Django, which hands a finished page over only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.is_made, self.may_go = threading.Event(), threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = super().__call__(environ, start_response)
        self.is_made.set()
        assert self.may_go.wait(PATIENCE_SECONDS)
        return body


@pytest.mark.parametrize("is_edition_read_before", [True, False], ids=["before", "read after instead"])
def test_a_page_made_before_a_change_and_kept_after_it_is_not_shown(
    committed_store: Tenant, is_edition_read_before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: were the edition read when the page is kept, the old page would stand under the new one."""
    with in_tenant(committed_store):
        make_variant("Enamel mug")
    quick = visitor(committed_store)
    slow = Visitor(quick.host, PageCache(Slow()), Renders())
    renders = slow.process._application
    assert isinstance(renders, Slow)
    if not is_edition_read_before:
        keep = Memory.keep

        def keep_late(self: Memory, name: str, _edition_then: Any, key: Any, page: Any) -> None:
            tenant = find_tenant(quick.host)
            assert tenant is not None
            keep(self, name, _edition(tenant), key, page)

        monkeypatch.setattr(Memory, "keep", keep_late)

    def visit() -> None:
        try:
            assert "Enamel mug" in slow.get("/products/").text
        finally:
            connection.close()

    thread = threading.Thread(target=visit)
    thread.start()
    assert renders.is_made.wait(PATIENCE_SECONDS)
    rename(committed_store, "Renamed mug")
    renders.may_go.set()
    thread.join(PATIENCE_SECONDS)
    assert ("Renamed mug" in slow.get("/products/").text) == is_edition_read_before


def test_while_prices_change_nobody_sees_one_that_was_gone_before_they_asked(committed_store: Tenant) -> None:
    """Four visitors of one process and one of another, while a merchant renames a product forty times."""
    with in_tenant(committed_store):
        make_variant("Mug 0")
    one, other = visitor(committed_store), visitor(committed_store)
    numbers, lock = iter(range(5)), threading.Lock()
    committed, is_over = [0], threading.Event()
    looked: list[int] = []

    def wait_until_looked() -> None:
        """Wait until somebody has looked who began after this moment: four may have begun before it."""
        wanted = len(looked) + 5
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(looked) < wanted and time.monotonic() < deadline:
            time.sleep(0.001)

    def work() -> list[str]:
        with lock:
            number = next(numbers)
        if number == 0:
            try:
                for edit in range(1, 41):
                    if edit % 10 == 0:
                        wait_until_looked()
                    rename(committed_store, f"Mug {edit}")
                    committed[0] = edit
            finally:
                is_over.set()
            return []
        wrong = []
        asking = other if number == 4 else one
        while not is_over.is_set():
            least = committed[0]
            text = asking.get("/products/").text
            shown = int(text.split(">Mug ")[1].split("<")[0])
            looked.append(shown)
            if shown < least:
                wrong.append(f"{shown} after {least}")
        return wrong

    assert run_together(work, count=5) == [[]] * 5
    assert len(set(looked)) > 1, "nobody saw any change"
