"""The guards that keep one store's rush from being another one's standstill."""

import pytest

from core.shares import Verdict
from tests.guards.registry import guard


@guard("share-of-requests", "T23", what="A store has so many requests a minute in each web process, by kind.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.shares.Buckets.take", lambda *_args, **_options: Verdict(True, 1, 0))


@guard("share-of-api-calls", "T23", what="A store has its plan's API calls a minute, counted over all processes.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.shares.SharedMinute.count", lambda *_args, **_options: Verdict(True, 1, 0))


@guard("share-of-threads", "T23", what="A store holds at most so many threads of a web process at once.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.shares.Seats.enter", lambda *_args, **_options: True)


@guard(
    "share-of-jobs",
    "T23",
    what="A store has so many jobs of a queue under way at once; the others wait for their turn.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "STORE_JOBS_AT_ONCE", 1_000_000)
