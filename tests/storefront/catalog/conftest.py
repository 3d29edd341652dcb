from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings


@pytest.fixture
def media_root(tmp_path: Path) -> Iterator[Path]:
    """Keep what a test stores in a folder of its own."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path
