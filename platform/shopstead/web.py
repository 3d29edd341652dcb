"""`python -m shopstead.web`: granian, with the application loaded before its workers are forked, so that they share its memory."""

import argparse
import gc
import multiprocessing
import os
from typing import Any

THREADS = 4
# So many new objects at once are looked through for rings: what a page or two make, not ten times within one page.
GARBAGE = 20_000
# What glibc keeps for each thread that ever needed memory; two do for four threads.
os.environ.setdefault("MALLOC_ARENA_MAX", "2")


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="shopstead.web", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    if multiprocessing.get_start_method() == "fork":
        load()
    Server(
        "shopstead.wsgi:application", address=arguments.host, port=arguments.port, interface=Interfaces.WSGI, websockets=False,
        workers=arguments.workers, blocking_threads=THREADS, log_level=LogLevels.warning, respawn_failed_workers=True,
    ).serve()  # fmt: skip


def load() -> Any:
    """Import the application and what its first pages would load, and keep the collector's hands off it.

    No thread is started and no session is opened here: a fork would tear both.
    """
    gc.disable()  # no holes among what stays
    from django.conf import settings
    from django.template import engines
    from django.urls import get_resolver
    from django.utils import translation

    from shopstead.wsgi import application

    for name in ("shopstead.urls_store", "shopstead.urls_platform"):
        resolver: Any = get_resolver(name)
        resolver._populate()
    stores: Any = engines["jinja2"]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            stores.compile_all()
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()
    return application


if __name__ == "__main__":
    main()
