"""The guards of support sessions."""

from contextlib import nullcontext

import pytest

from tests.guards.registry import guard


@guard(
    "support-database-reads", "T21", what="A support session that only looks runs in a transaction that may not write."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.middleware.support.read_only", nullcontext)


@guard("support-open-pages", "T21", what="A support session asks for what is named open to it, and for nothing else.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.middleware.support.is_open", lambda **_asked: True)


@guard(
    "support-second-switch", "T21", what="No form of a support session reaches its view before changes were allowed."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.models.SupportAccess.may_write", True)


@guard("support-ends", "T21", what="On every request a support session must still have time, right, person and place.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.selectors.support._why_over", lambda _access, _now: None)


@guard("support-of-this-store", "T1", "T21", what="A support session is one of the store whose host is asked.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from console.models import SupportAccess
    from console.selectors.support import Found

    def of_any_store(*, secret: str, **_where: object) -> Found:
        return Found(
            SupportAccess.objects.select_related("staff", "as_user").exclude(session_hash="").latest("pk"), None
        )

    monkeypatch.setattr("console.middleware.support.find_session", of_any_store)


@guard(
    "support-pass-once", "T21", what="The pass of a support session opens it once, in its own store, within a minute."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from console.models import SupportAccess

    def always(**_asked: object) -> tuple[SupportAccess, str]:
        return SupportAccess.objects.latest("pk"), "secret"

    monkeypatch.setattr("console.dashboard.enter_support", always)


@guard("support-buys-nothing", "T21", what="Nothing that a support session sends to the storefront reaches a view.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.middleware.support.SupportMiddleware._refuse_outside", lambda *_asked: None)
