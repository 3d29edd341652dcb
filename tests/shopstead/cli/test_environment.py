"""What a command may reach when it asked for no server but the database."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SEND = """
import pathlib, sys
from shopstead.cli.environment import configure
configure(pathlib.Path(sys.argv[1]), {"DATABASE_URL": "postgres://127.0.0.1:9/none", "SECRET_KEY": "s" * 50})
from celery import current_app
from kombu.exceptions import OperationalError
try:
    current_app.send_task("shopstead.dispatch", kwargs={"period": "night"})
except OperationalError:
    print("refused")
else:
    print("sent")
"""


def test_a_task_sent_where_no_queue_was_asked_for_is_refused_and_not_lost(tmp_path: Path) -> None:
    environment = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)])}
    finished = subprocess.run(
        [sys.executable, "-c", SEND, str(tmp_path)], env=environment, capture_output=True, text=True, check=False
    )
    assert finished.stdout == "refused\n", finished.stderr
