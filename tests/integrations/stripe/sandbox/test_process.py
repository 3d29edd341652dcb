"""The sandbox as a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import stripe

ROOT = Path(__file__).resolve().parents[4]


def start(state: Path) -> tuple[subprocess.Popen[str], stripe.StripeClient]:
    """Start the process on a free port and wait for its READY line."""
    paths = os.pathsep.join([str(ROOT / "platform"), str(ROOT)])
    process = subprocess.Popen(
        [sys.executable, "-m", "integrations.stripe.sandbox", "--port", "0", "--state", str(state)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )
    assert process.stdout is not None
    word, url = process.stdout.readline().split()
    assert word == "READY"
    return process, stripe.StripeClient("sk_test_x", base_addresses={"api": url}, max_network_retries=0)


def test_a_killed_process_keeps_what_it_answered_and_a_stopped_one_ends_cleanly(tmp_path: Path) -> None:
    state = tmp_path / "new" / "sandbox.sqlite3"
    process, client = start(state)
    made = [client.v1.customers.create({"name": str(number)}).id for number in range(20)]
    process.kill()
    process.wait()
    process, client = start(state)
    assert [one.id for one in client.v1.customers.list({"limit": 100}).data] == made[::-1]
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0


def test_the_package_brings_no_django() -> None:
    code = "import sys, integrations.stripe.sandbox; print('django' in sys.modules)"
    paths = os.pathsep.join([str(ROOT / "platform"), str(ROOT)])
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": paths}
    )
    assert found.stdout.strip() == "False"
