"""Settings of a bare server with one way of finding the store, chosen by BENCH_ARM; `application` is what it serves."""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from shopstead.settings.local import *  # noqa: F403
from shopstead.settings.local import DATABASES, LOGGING

ARM = os.environ["BENCH_ARM"]
FINDS_THE_STORE = {
    "bare": [],
    "ours": ["tenants.middleware.TenantMiddleware"],
    "peer": ["django_tenants.middleware.main.TenantMainMiddleware"],
}[ARM]
DATABASES["default"]["ENGINE"] = {
    "bare": "django.db.backends.postgresql",
    "ours": "core.db.backend",
    "peer": "django_tenants.postgresql_backend",
}[ARM]
LOGGING["loggers"]["django.request"] = {"level": "CRITICAL"}  # a suspended store is asked for on purpose
ROOT_URLCONF = PUBLIC_SCHEMA_URLCONF = "bench.tenancy.arm_views"

COUNT_HEADER = "HTTP_X_COUNT"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve a request; with the header X-Count answer how many statements it sent instead."""
    handler = _handler()
    if COUNT_HEADER not in environ:
        return handler(environ, start_response)
    from django.db import connection

    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        list(handler(environ, lambda *_words: None))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(len(sent)).encode()]


@cache
def _handler() -> Any:
    """Return Django's handler with the arm's middleware alone; some apps insist on their own while Django starts."""
    import django
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler

    django.setup(set_prefix=False)
    settings.MIDDLEWARE = FINDS_THE_STORE
    return WSGIHandler()
