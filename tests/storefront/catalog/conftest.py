from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings


@pytest.fixture
def media_root(tmp_path: Path) -> Iterator[Path]:
    """Keep what a test stores in folders of its own, and name the public one."""
    with override_settings(MEDIA_ROOT=tmp_path / "media", PRIVATE_ROOT=tmp_path / "private"):
        yield tmp_path / "media"
