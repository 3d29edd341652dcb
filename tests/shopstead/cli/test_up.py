"""What `shopstead up` starts."""

import argparse
from pathlib import Path

from core.jobs.services import QUEUE
from recsys.serving.services import starting
from shopstead import tasks
from shopstead.cli.up import services


def test_every_queue_has_workers_of_its_own(tmp_path: Path) -> None:
    """A task in a queue that nobody reads would wait for ever; two queues with the same workers would wait for each other."""
    arguments = argparse.Namespace(host="127.0.0.1", port=8000, web_workers=1)
    commands = [service.launch().argv for service in services(arguments, tmp_path)]
    read = [argv[argv.index("-Q") + 1] for argv in commands if "-Q" in argv]
    written = {"default", QUEUE, starting.QUEUE, *tasks.QUEUES.values(), *tasks.QUEUES_OF_THEIR_OWN.values()}
    assert sorted(read) == sorted(written)
