"""Make Django ready for a command: on the configured servers, or on the embedded ones of a data directory."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from shopstead.cli.output import progress
from shopstead.embedded.stack import EmbeddedStack, choose_data_dir


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """Give the command its `--data-dir`."""
    parser.add_argument("--data-dir", metavar="DIR", help="default: SHOPSTEAD_DATA_DIR, else .shopstead here")


def data_dir_of(arguments: argparse.Namespace) -> Path:
    """Return the data directory the command works on."""
    return choose_data_dir(arguments.data_dir)


@contextmanager
def django_ready(
    arguments: argparse.Namespace, *, need: frozenset[str] = frozenset({"postgres"}), migrate: bool = True
) -> Iterator[None]:
    """Start or find what the command needs, set Django up, and stop afterwards what was started here."""
    data_dir = data_dir_of(arguments)
    with EmbeddedStack(data_dir, need) as stack:
        configure(data_dir, stack.environ)
        if "postgres" in stack.need and migrate:
            from shopstead import bootstrap

            bootstrap.migrate(report=progress)
        yield


def configure(data_dir: Path, values: dict[str, str], *, port: int | None = None) -> None:
    """Write the settings into the environment of this process and its children, then set Django up."""
    os.environ.update(values)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopstead.settings.local")
    os.environ["SHOPSTEAD_DATA_DIR"] = str(data_dir)
    if "BASE_DOMAIN" not in os.environ and "PUBLIC_PORT_SUFFIX" not in os.environ:
        os.environ["PUBLIC_PORT_SUFFIX"] = f":{port or _last_port(data_dir)}"
    for name, closed in (
        ("BROKER_URL", "redis://127.0.0.1:9/0"),
        ("CACHE_URL", "locmemcache://"),
        ("EMAIL_URL", "smtp://127.0.0.1:9"),
    ):
        os.environ.setdefault(name, closed)
    for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"):
        os.environ.setdefault(name, "")
    django.setup()


def remember_port(data_dir: Path, port: int) -> None:
    """Keep the port of the last `up`, so that addresses made by other commands lead there."""
    (data_dir / "run").mkdir(parents=True, exist_ok=True)
    (data_dir / "run" / "web.port").write_text(str(port))


def _last_port(data_dir: Path) -> int:
    path = data_dir / "run" / "web.port"
    return int(path.read_text()) if path.exists() else 8000
