"""A data directory with a cluster made already, copied for each test that is not about making one."""

import shutil
import subprocess
from pathlib import Path

import pytest

from shopstead.embedded.postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def made_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data directory whose cluster was made and stopped."""
    folder = tmp_path_factory.mktemp("made") / "data"
    with EmbeddedPostgres(folder):
        pass
    shutil.rmtree(folder / "run")
    return folder


@pytest.fixture
def data_dir(tmp_path: Path, made_data_dir: Path) -> Path:
    """Return a data directory of the test's own, with a cluster in it; ports are chosen at its first start."""
    subprocess.run(["cp", "-a", str(made_data_dir), str(tmp_path / "data")], check=True)
    return tmp_path / "data"
