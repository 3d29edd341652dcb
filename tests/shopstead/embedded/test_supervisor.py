"""The supervisor: starts in order, restarts what crashes, and leaves nothing behind, however it ends."""

import os
import signal
import sys
from pathlib import Path

import pytest

from shopstead.embedded import processes
from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.processes import Launch
from shopstead.embedded.supervisor import Service, Supervisor
from tests.shopstead.embedded.running import processes_in, ready_word, running, wait_for

STEADY = "import time; print('begun', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STEADY}"


def service(folder: Path, name: str, code: str = STEADY, **options: object) -> Service:
    """Return a service that stands in the folder; it is ready when it has said so in its log."""
    log = folder / "data" / "logs" / f"{name}.log"
    return Service(
        name,
        launch=lambda: Launch([sys.executable, "-c", code], cwd=folder),
        ready=lambda: "begun" in log.read_text(),
        **{"backoff": 0.01, **options},  # type: ignore[arg-type]
    )


def test_a_crashed_service_is_started_again_and_the_others_are_left_alone(tmp_path: Path) -> None:
    reports: list[str] = []
    with Supervisor(tmp_path / "data", report=reports.append) as supervisor:
        supervisor.start(service(tmp_path, "web"), service(tmp_path, "worker"))
        before = supervisor.statuses()
        pid = before["worker"].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

        def back() -> bool:
            supervisor.check()
            return supervisor.statuses()["worker"].ready

        wait_for(lambda: not processes.is_running(pid))
        supervisor.check()
        wait_for(back)
        after = supervisor.statuses()
    assert after["web"] == before["web"]
    assert after["worker"].pid != pid
    assert after["worker"].restarts == 1
    assert reports[0].startswith("worker ended unexpectedly (signal SIGKILL); restarting in 0.0 s")
    assert reports[1] == "worker runs again"
    assert processes_in(tmp_path) == set()


def test_a_service_that_keeps_crashing_waits_twice_as_long_each_time(tmp_path: Path) -> None:
    reports: list[str] = []
    with Supervisor(tmp_path / "data", report=reports.append) as supervisor:
        supervisor.begin(service(tmp_path, "broken", "raise SystemExit(3)", backoff=0.1, backoff_limit=0.4))

        def reported() -> bool:
            supervisor.check()
            return len(reports) == 4

        wait_for(reported)
    delays = [report.partition("restarting in ")[2].partition(" s")[0] for report in reports]
    assert delays == ["0.1", "0.2", "0.4", "0.4"]
    assert "(exit code 3)" in reports[0]


def test_a_service_not_to_be_restarted_is_not(tmp_path: Path) -> None:
    reports: list[str] = []
    with Supervisor(tmp_path / "data", report=reports.append) as supervisor:
        supervisor.begin(service(tmp_path, "once", "pass", restart=False))

        def ended() -> bool:
            supervisor.check()
            return bool(reports)

        wait_for(ended)
        supervisor.check()
        assert supervisor.statuses()["once"].pid is None
        assert supervisor.statuses()["once"].restarts == 0


def test_a_service_that_does_not_start_shows_its_log_and_leaves_the_others(tmp_path: Path) -> None:
    with Supervisor(tmp_path / "data") as supervisor:
        supervisor.start(service(tmp_path, "web"))
        with pytest.raises(EmbeddedError, match="no such table"):
            supervisor.start(service(tmp_path, "worker", "raise SystemExit('no such table')"))
        assert list(supervisor.statuses()) == ["web"]
        assert supervisor.statuses()["web"].pid is not None


def test_stopping_goes_backward_and_forces_those_who_do_not_listen_with_all_they_started(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    tell = f"""
import pathlib, signal, sys, time
def end(*_):
    with pathlib.Path({str(ends)!r}).open("a") as file: file.write("NAME\\n")
    sys.exit()
signal.signal(signal.SIGTERM, end); print("begun", flush=True); time.sleep(600)
"""
    forking = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]); {STUBBORN}"
    supervisor = Supervisor(tmp_path / "data")
    for name in ("first", "second"):
        supervisor.start(service(tmp_path, name, tell.replace("NAME", name)))
    patience = ((signal.SIGTERM, 0.2), (signal.SIGKILL, 10.0))
    supervisor.start(service(tmp_path, "deaf", forking, patience=patience))
    wait_for(lambda: len(processes_in(tmp_path)) == 4)
    supervisor.stop()
    assert ends.read_text().split() == ["second", "first"]
    assert processes_in(tmp_path) == set()


def supervising(folder: Path, *, in_thread: bool = False) -> str:
    run = "main()" if not in_thread else "import threading; t = threading.Thread(target=main); t.start(); t.join()"
    return f"""
import sys, threading
from pathlib import Path
from shopstead.embedded import processes
from shopstead.embedded.supervisor import Supervisor
from tests.shopstead.embedded.test_supervisor import service
folder = Path({str(folder)!r})
def main():
    with Supervisor(folder / "data") as supervisor:
        supervisor.start(service(folder, "web"), service(folder, "worker"))
        print("READY", *(status.pid for status in supervisor.statuses().values()), flush=True)
        supervisor.run(stopped)
with processes.stop_signals() as stopped:
    {run}
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_every_service(tmp_path: Path, number: signal.Signals) -> None:
    with running("-c", supervising(tmp_path)) as supervisor:
        pids = [int(word) for word in ready_word(supervisor).split()]
        assert all(processes.is_running(pid) for pid in pids)
        supervisor.send_signal(number)
        assert supervisor.wait(60) == 0
        assert processes_in(tmp_path) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals the children of a killed process")
def test_services_end_with_a_killed_supervisor(tmp_path: Path) -> None:
    with running("-c", supervising(tmp_path)) as supervisor:
        pids = [int(word) for word in ready_word(supervisor).split()]
        assert all(processes.is_running(pid) for pid in pids)
        supervisor.kill()
        supervisor.wait()
        wait_for(lambda: processes_in(tmp_path) == set())
        assert not any(processes.is_running(pid) for pid in pids)


def test_what_a_killed_supervisor_left_is_ended_by_the_next_one(tmp_path: Path) -> None:
    with running("-c", supervising(tmp_path, in_thread=True)) as supervisor:
        pids = [int(word) for word in ready_word(supervisor).split()]
        supervisor.kill()
        supervisor.wait()
    assert all(processes.is_running(pid) for pid in pids)
    with Supervisor(tmp_path / "data"):
        assert not any(processes.is_running(pid) for pid in pids)


def test_a_long_log_is_put_aside_at_the_next_start(tmp_path: Path) -> None:
    logs = tmp_path / "data" / "logs"
    logs.mkdir(parents=True)
    (logs / "web.log").write_bytes(b"x" * (10 * 2**20 + 1))
    with Supervisor(tmp_path / "data") as supervisor:
        supervisor.start(service(tmp_path, "web"))
    assert (logs / "web.log").read_text() == "begun\n"
    assert (logs / "web.log.1").stat().st_size == 10 * 2**20 + 1
