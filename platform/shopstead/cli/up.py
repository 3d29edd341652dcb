"""`shopstead up`: start everything, say where to go, and stop everything."""

import argparse
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from shopstead.cli.environment import add_data_dir, configure, data_dir_of, remember_port
from shopstead.cli.output import progress
from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.ports import is_free
from shopstead.embedded.processes import Launch, stop_signals
from shopstead.embedded.stack import ALL, EmbeddedStack
from shopstead.embedded.supervisor import Service, Supervisor

WEB_SECONDS = 180.0


def add_parser(nouns: Any) -> None:
    """Add `up` and its options."""
    parser = nouns.add_parser("up", help="start the whole platform")
    parser.add_argument("--host", default="127.0.0.1", metavar="H")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--web-workers", type=int, default=2, metavar="N")
    parser.add_argument("--no-demo", action="store_true", help="seed no demo stores")
    parser.add_argument("--demo-password", help="use this password for the demo logins instead of a random one")
    add_data_dir(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Start the servers, bring the database up to date, seed the demo, start web, workers and scheduler, and wait."""
    data_dir = data_dir_of(arguments)
    if not is_free(arguments.port):
        raise EmbeddedError(
            f"Port {arguments.port} is taken by another program. Stop it, or choose another: "
            f"shopstead up --port {arguments.port + 1}. Nothing was changed."
        )
    began = time.monotonic()
    with stop_signals() as stopped:
        progress("Starting PostgreSQL, the broker, the mail catcher and the Stripe sandbox")
        with EmbeddedStack(data_dir, ALL, site_url=f"http://localhost:{arguments.port}") as stack:
            remember_port(data_dir, arguments.port)
            configure(data_dir, stack.environ, port=arguments.port)
            from shopstead.bootstrap import migrate
            from shopstead.demo.seed import seed_demo
            from shopstead.demo.welcome import welcome
            from tenants.provisioning.pool import ask_for_filling

            migrate(report=progress)
            ask_for_filling()
            logins = seed_demo(password=arguments.demo_password, report=progress) if _wants_demo(arguments) else []
            with Supervisor(data_dir, name="platform", report=progress) as supervisor:
                progress("Starting web, workers and scheduler")
                supervisor.start(*services(arguments, data_dir))
                print(welcome(logins, mail_url=stack.mail_url, seconds=time.monotonic() - began))
                print(f"READY http://localhost:{arguments.port}", flush=True)
                while not stopped.wait(0.2):
                    supervisor.check()
                    stack.check()
                progress("Stopping")
    return 0


def services(arguments: argparse.Namespace, data_dir: Path) -> list[Service]:
    """Return the platform's own processes."""
    celery = [sys.executable, "-m", "celery", "-A", "shopstead", "--quiet"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "--loglevel=INFO"]
    beat_state = data_dir / "run" / "beat"
    commands: dict[str, list[str]] = {
        "web": [
            *[sys.executable, "-m", "shopstead.web", "--host", arguments.host, "--port", str(arguments.port)],
            *["--workers", str(arguments.web_workers)],
        ],
        "relay": [sys.executable, "-m", "django", "relay"],
        "worker": [*worker, "-Q", "default", "-c", "2", "-n", "worker@%h"],
        "jobs": [*worker, "-Q", "jobs", "-c", "2", "-n", "jobs@%h"],
        "trainer": [*worker, "-Q", "training", "-c", "1", "-n", "trainer@%h", "--max-tasks-per-child", "50"],
        "beat": [*celery, "beat", "--loglevel=INFO", "--pidfile=", "-s", str(beat_state)],
    }
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def service(name: str, argv: list[str]) -> Service:
        def launch() -> Launch:
            return Launch(argv=argv, cwd=Path.cwd(), env=env)

        if name == "web":
            # It loads everything before it answers; a busy machine takes its time.
            return Service(name, launch, ready=lambda: answers(arguments.port), ready_timeout=WEB_SECONDS)
        return Service(name, launch)

    return [service(name, argv) for name, argv in commands.items()]


def answers(port: int) -> bool:
    """Tell whether a request would succeed."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _wants_demo(arguments: argparse.Namespace) -> bool:
    return not arguments.no_demo and os.environ["DJANGO_SETTINGS_MODULE"] != "shopstead.settings.production"


def run_sandbox_alone(arguments: argparse.Namespace) -> int:
    """Run only the local Stripe, until stopped."""
    with stop_signals() as stopped, EmbeddedStack(data_dir_of(arguments), {"stripe"}) as stack:
        print(f"READY {stack.environ['STRIPE_API_BASE']}", flush=True)
        stopped.wait()
    return 0
