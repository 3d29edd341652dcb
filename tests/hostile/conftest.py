"""The store that holds every hostile text, and the browser that looks at it."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.hostile.payloads import packed, payloads
from tests.hostile.stuffing import stuff
from tests.hostile.trap import Chromium
from tests.isolation.conftest import Room
from tests.isolation.conftest import planted_room as planted_room
from tests.isolation.conftest import room as room


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    chromium = Chromium(find_chromium(), ARGUMENTS)
    yield chromium
    chromium.close()


@pytest.fixture
def stuffed(room: Room) -> Room:
    """Two full stores, acme with all hostile texts in every one of its texts, an address that runs first of all."""
    texts = payloads()
    leading = next(number for number, text in enumerate(texts) if text.startswith("javascript:"))
    columns = stuff(room.acme, packed(texts, leading=leading))
    assert len(columns) >= 150
    return room
