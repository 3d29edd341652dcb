from pathlib import Path

import pytest
from django.test import override_settings

from tenants.models import Tenant


@pytest.fixture
def media_root(tmp_path: Path, acme: Tenant) -> Path:
    """A media root with one picture of acme and one file beside its folder."""
    with override_settings(MEDIA_ROOT=tmp_path):
        folder = tmp_path / acme.schema_name / "demo"
        folder.mkdir(parents=True)
        (folder / "mug.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        (folder / ("a" * 26 + "-800.webp")).write_bytes(b"RIFF")
        (folder / "notes.html").write_text("<script>alert(1)</script>")
        (tmp_path / "secret.svg").write_text("<svg/>")
        yield tmp_path  # type: ignore[misc]
