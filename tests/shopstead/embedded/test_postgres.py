"""The embedded PostgreSQL: started, found again, killed, taken over, attached to and stopped."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shopstead.embedded import processes
from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.ports import PortBook
from shopstead.embedded.postgres import EmbeddedPostgres
from tests.shopstead.embedded.running import find_shared_python, processes_in, ready_word, running, wait_for

MODULE = ("-m", "shopstead.embedded.postgres", "--data-dir")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become other users")
linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(data_dir) as postgres:
        yield postgres


def keep(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists kept (word text)")
        connection.execute("insert into kept values (%s)", [word])


def kept(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("select word from kept order by word").fetchall()]


def test_a_first_start_makes_the_database_and_a_second_finds_its_rows_at_the_same_address(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "data") as first:
        keep(first.url, "茶")
        address = first.url
    with EmbeddedPostgres(tmp_path / "data") as second:
        assert second.url == address
        assert kept(second.url) == ["茶"]


def test_the_server_is_set_as_the_platform_needs_it(server: EmbeddedPostgres) -> None:
    names = (
        *("listen_addresses", "max_connections", "shared_buffers", "max_locks_per_transaction", "fsync"),
        *("unix_socket_directories", "data_checksums", "TimeZone", "server_encoding", "password_encryption"),
    )
    with psycopg.connect(server.url) as connection:
        values = {name: connection.execute(f"show {name}").fetchone() for name in names}
        role = connection.execute("select rolsuper, rolcreatedb from pg_roles where rolname = current_user").fetchone()
        collation = connection.execute(
            "select datlocprovider, datlocale from pg_database where datname = current_database()"
        ).fetchone()
    assert values == {
        "listen_addresses": ("127.0.0.1",),
        "max_connections": ("200",),
        "shared_buffers": ("256MB",),
        "max_locks_per_transaction": ("256",),
        "fsync": ("on",),
        "unix_socket_directories": ("",),
        "data_checksums": ("on",),
        "TimeZone": ("UTC",),
        "server_encoding": ("UTF8",),
        "password_encryption": ("scram-sha-256",),
    }
    assert role == (False, True)
    assert collation == ("b", "C.UTF-8")


def test_nobody_gets_in_without_the_password_and_its_file_is_private(server: EmbeddedPostgres) -> None:
    assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600
    for user in ("shopstead", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host="127.0.0.1", port=server.port, user=user, password="guess", dbname="shopstead")
    with psycopg.connect(server.superuser_url) as connection:
        assert connection.execute("select current_user").fetchone() == ("postgres",)


def test_a_killed_postmaster_comes_back_with_every_committed_row(data_dir: Path) -> None:
    postgres = EmbeddedPostgres(data_dir).start()
    keep(postgres.url, "committed")
    pid = postgres.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    postgres.stop()
    with EmbeddedPostgres(data_dir) as again:
        assert again.pid != pid
        assert kept(again.url) == ["committed"]


@linux
def test_after_a_killed_owner_the_next_one_works_and_there_is_one_postmaster(data_dir: Path) -> None:
    with running(*MODULE, str(data_dir)) as owner:
        keep(ready_word(owner), "committed")
        owner.kill()
        owner.wait()
        with EmbeddedPostgres(data_dir) as postgres:
            assert postgres.owned
            assert kept(postgres.url) == ["committed"]
            servers = {pid for pid in processes_in(data_dir) if processes.program_name(pid) == "postgres"}
            parents = {pid: parent for pid in servers if (parent := _parent(pid))}
            assert {pid for pid, parent in parents.items() if parent not in servers} == {postgres.pid}
    assert processes_in(data_dir) == set()


@linux
def test_a_server_left_running_is_taken_over_and_stopped_by_its_new_owner(data_dir: Path) -> None:
    # A thread gets no death signal, as on systems that have none: the server outlives its owner.
    script = (
        "import threading, time; from shopstead.embedded.postgres import EmbeddedPostgres\n"
        f"server = EmbeddedPostgres({str(data_dir)!r})\n"
        "thread = threading.Thread(target=server.start); thread.start(); thread.join()\n"
        "print('READY', server.url, flush=True); time.sleep(600)"
    )
    with running("-c", script) as owner:
        keep(ready_word(owner), "committed")
        orphan = EmbeddedPostgres(data_dir).pid
        owner.kill()
        owner.wait()
    with EmbeddedPostgres(data_dir) as postgres:
        assert postgres.owned
        assert postgres.pid == orphan
        assert kept(postgres.url) == ["committed"]
    assert processes_in(data_dir) == set()


def test_a_second_process_attaches_and_leaves_the_server_running(data_dir: Path) -> None:
    with running(*MODULE, str(data_dir)) as owner:
        address = ready_word(owner)
        with EmbeddedPostgres(data_dir) as attached:
            assert attached.url == address
            assert not attached.owned
        keep(address, "after the guest left")
        assert kept(address) == ["after the guest left"]


@linux
def test_stopping_leaves_no_process_and_breaks_open_transactions_off(data_dir: Path) -> None:
    with running(*MODULE, str(data_dir)) as owner, psycopg.connect(ready_word(owner)) as connection:
        connection.execute("select 1")
        owner.send_signal(signal.SIGTERM)
        assert owner.wait(60) == 0
        assert processes_in(data_dir) == set()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_the_number_of_a_dead_server_used_by_another_program_does_not_stop_the_start(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as postgres:
        keep(postgres.url, "kept")
    # What a crash leaves when the machine has since given the process id to another program of the same user.
    other = subprocess.Popen(["sleep", "600"], user=postgres.data.stat().st_uid if os.geteuid() == 0 else None)
    try:
        lines = [str(other.pid), str(postgres.data), "0", str(postgres.port), "", "127.0.0.1", "", "ready"]
        (postgres.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
        with EmbeddedPostgres(data_dir) as again:
            assert kept(again.url) == ["kept"]
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_taken_port_is_left_to_its_holder(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as postgres:
        before = postgres.port
    with socket.create_server(("127.0.0.1", before)), EmbeddedPostgres(data_dir) as moved:
        assert moved.port != before
        assert PortBook(data_dir).get("postgres") == moved.port
        assert moved.answers()


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    unfinished = tmp_path / "data" / "postgres" / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path / "data") as postgres:
        assert postgres.answers()


@as_root
def test_root_hands_only_the_cluster_to_another_user_and_opens_no_folder_above_it(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in (closed, *closed.parents)}
    with EmbeddedPostgres(closed / "data") as postgres:
        keep(postgres.url, "reached")
        assert postgres.pid is not None
        assert Path(f"/proc/{postgres.pid}").stat().st_uid == postgres.data.stat().st_uid != 0
    with EmbeddedPostgres(closed / "data") as again:
        assert kept(again.url) == ["reached"]
    assert {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in before} == before
    owners = {path.name: path.stat().st_uid for path in again.folder.iterdir()}
    assert {name for name, uid in owners.items() if uid != 0} == {"data"}


@as_root
def test_an_ordinary_user_runs_it_and_root_continues_as_that_user() -> None:
    python = find_shared_python()
    if python is None:
        pytest.skip("no Python of this version that other users may run")
    folder = Path(tempfile.mkdtemp(prefix="shopstead-test-"))
    try:
        shutil.chown(folder, "daemon")
        with running(*MODULE, str(folder / "data"), python=python, user="daemon") as owner:
            keep(ready_word(owner), "ordinary")
        uid = folder.stat().st_uid
        assert {path.stat().st_uid for path in folder.rglob("*")} == {uid}
        with EmbeddedPostgres(folder / "data") as as_root_again:
            assert kept(as_root_again.url) == ["ordinary"]
            assert {path.stat().st_uid for path in as_root_again.data.rglob("*.conf")} == {uid}
    finally:
        shutil.rmtree(folder)


@as_root
def test_somebody_elses_data_are_refused_with_what_to_do() -> None:
    python = find_shared_python()
    if python is None:
        pytest.skip("no Python of this version that other users may run")
    folder = Path(tempfile.mkdtemp(prefix="shopstead-test-"))
    try:
        folder.chmod(0o755)
        with EmbeddedPostgres(folder / "data"):
            pass
        script = (
            "from shopstead.embedded.postgres import EmbeddedPostgres\n"
            "from shopstead.embedded.errors import EmbeddedError\n"
            f"try: EmbeddedPostgres({str(folder / 'data')!r}).start()\n"
            "except EmbeddedError as error: print('READY', error)"
        )
        with running("-c", script, python=python, user="daemon") as guest:
            assert "belongs to another user" in ready_word(guest)
    finally:
        shutil.rmtree(folder)


def test_a_server_that_does_not_start_shows_the_end_of_its_log(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as postgres:
        pass
    (postgres.data / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match="no_such_setting"):
        EmbeddedPostgres(data_dir).start()
    (postgres.data / "postgresql.conf").write_text("")
    with EmbeddedPostgres(data_dir) as repaired:
        wait_for(repaired.answers)


def _parent(pid: int) -> int | None:
    """Return the parent's process id; None for one that has ended since it was listed."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None
