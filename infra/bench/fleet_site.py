"""Many stores on one platform, and migrations that are planted beside the real ones."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.site import COMMAND, ROOT, Site

# What runs beside the platform, in a process that is set up like a command.
SCRIPT = """
import argparse, json, sys
from shopstead.cli.environment import django_ready
with django_ready(argparse.Namespace(data_dir=None), migrate=False):
    numbers = json.loads(sys.argv[1])
{body}
"""
PACKAGE = """
from storefront.content import migrations as real
__path__ = [*__path__, *real.__path__]
"""
SETTINGS = """
from shopstead.settings.local import *
MIGRATION_MODULES = {"content": "planted_content"}
"""
MIGRATION = """
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("content", "%s")]
    operations = [%s]
"""


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.out)
        return answer


def run_script(site: Site, body: str, environment: dict[str, str] | None = None, **numbers: object) -> str:
    """Run Python beside the platform and return what it printed."""
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(body=body), json.dumps(numbers)],
        cwd=ROOT,
        env=site.environment | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(result.stderr[-3000:])
    return result.stdout


class Planted:
    """Migrations that only commands with this environment see: the running platform is the release before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "planted_content"
        self.folder.mkdir()
        (self.folder / "__init__.py").write_text(PACKAGE)
        (folder / "planted_settings.py").write_text(SETTINGS)
        path = os.pathsep.join([str(folder), str(ROOT / "platform"), str(ROOT)])
        self.environment = {"DJANGO_SETTINGS_MODULE": "planted_settings", "PYTHONPATH": path}
        self.last = "0001_initial"

    def add(self, name: str, operations: str) -> None:
        """Put a migration behind the last one."""
        (self.folder / f"{name}.py").write_text(MIGRATION % (self.last, operations))
        self.last = name

    def command(self, site: Site, *words: str) -> Answer:
        """Run a shopstead command that sees the planted migrations, and wait for it."""
        process = self.start(site, *words)
        out, err = process.communicate()
        return Answer(process.returncode, out, err)

    def start(self, site: Site, *words: str) -> "subprocess.Popen[str]":
        """Start such a command."""
        return subprocess.Popen(
            [*COMMAND, *words, "--json"],
            cwd=ROOT,
            env=site.environment | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@contextmanager
def planted() -> Iterator[Planted]:
    """Yield a place for migrations, gone afterwards."""
    with TemporaryDirectory(prefix="shopstead-planted-") as folder:
        yield Planted(Path(folder))
