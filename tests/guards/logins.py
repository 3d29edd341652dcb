"""The guards of a person's log-ins."""

from typing import Any

import pytest

from tests.guards.registry import guard


@guard(
    "login-of-this-host", "T1", "T21", what="A session counts only with a log-in that was opened in this very store."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from accounts.models import LoginSession

    def anywhere(*, token: str, user_id: int, tenant_id: int | None) -> Any:
        open_ones = LoginSession.objects.select_related("user").filter(revoked_at__isnull=True)
        return open_ones.filter(token=token, user_id=user_id).first()

    monkeypatch.setattr("accounts.sessions.find_open_login", anywhere)


@guard("login-still-open", "T21", what="A session counts only while its log-in has not been ended, here or elsewhere.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from accounts.models import LoginSession

    def ended_as_well(*, token: str, user_id: int, tenant_id: int | None) -> Any:
        return LoginSession.objects.select_related("user").get(token=token, user_id=user_id, tenant_id=tenant_id)

    monkeypatch.setattr("accounts.sessions.find_open_login", ended_as_well)
    monkeypatch.setattr("accounts.sessions._hash_holds", lambda _request, _user: True)


@guard(
    "login-hangs-on-its-parent", "T21", what="Entering a store locks the platform's log-in and refuses an ended one."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from accounts.models import LoginSession

    def without_looking(pk: int) -> LoginSession:
        return LoginSession(pk=pk)

    monkeypatch.setattr("accounts.services.logins.lock_login", without_looking)


@guard(
    "passkey-on-our-origin", "T21", what="A passkey's answer counts only when the browser made it on our own origin."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from fido2.server import Fido2Server

    monkeypatch.setattr("accounts.forms.comes_from_platform", lambda _credential: True)
    real = Fido2Server.__init__

    def believing(self: Any, rp: Any, **facts: Any) -> None:
        real(self, rp, **facts | {"verify_origin": lambda _origin: True})

    monkeypatch.setattr(Fido2Server, "__init__", believing)


@guard(
    "log-in-begins-empty", "T21", what="Every log-in begins in an empty session: what was proved before counts no more."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.pages.entrance.logout", lambda _request: None)


@guard(
    "fresh-proof",
    "T21",
    what="Changing how one logs in asks for a proof of who sits there that is ten minutes old at most.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.pages.gate.is_fresh", lambda _request: True)


@guard(
    "console-second-step", "T21", what="Where it is asked for, the console opens only for people with a second step."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.middleware.gate.has_second_step", lambda _user_id: True)


@guard(
    "second-step-of-the-store",
    "T21",
    what="Where a store asks for it, its dashboard opens only to people with a second step.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.services.handoffs.is_strong_enough", lambda **_who: True)
    monkeypatch.setattr("tenants.pages.is_strong_enough", lambda **_who: True)
    monkeypatch.setattr("accounts.selectors._IS_STRONG", "true")
