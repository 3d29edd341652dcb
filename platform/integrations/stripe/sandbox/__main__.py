"""Run the sandbox: `python -m integrations.stripe.sandbox --state FILE`."""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from integrations.stripe.sandbox.control import ALL_EVENTS
from integrations.stripe.sandbox.server import SandboxServer


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; print `READY <url>` once requests are answered."""
    parser = argparse.ArgumentParser(prog="stripe-sandbox", description="A stand-in for Stripe. No real money moves.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=12111, help="0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="SQLite file that keeps everything")
    parser.add_argument("--public-url", help="where browsers reach the hosted pages")
    parser.add_argument("--webhook-url", help="gets events of the platform and of the connected accounts")
    parser.add_argument("--webhook-events", help="which ones, separated by commas; all of them where none is named")
    parser.add_argument("--webhook-secret", help="whsec_…; made up and kept in the state file where none is given")
    parser.add_argument("--merchant-name", default="Shopstead", help="name on the platform's own pages")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    options.state.parent.mkdir(parents=True, exist_ok=True)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    server = SandboxServer(
        options.state,
        host=options.host,
        port=options.port,
        public_url=options.public_url,
        webhook_url=options.webhook_url,
        webhook_secret=options.webhook_secret,
        webhook_events=options.webhook_events.split(",") if options.webhook_events else ALL_EVENTS,
        merchant_name=options.merchant_name,
    ).start()
    sys.stdout.write(f"READY {server.url}\n")
    sys.stdout.flush()
    while not stopped.wait(1):
        pass
    server.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
