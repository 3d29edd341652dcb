"""Entering a store and logging out of everything, in the same moment and on real connections."""

import secrets
import threading
from datetime import UTC, datetime

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection, transaction

from accounts.errors import HandoffRefused
from accounts.models import LoginSession, Session, User
from accounts.services import end_login, open_login
from core.outbox.models import OutboxMessage
from tenants.models import Tenant
from tests.accounts.walks import platform, with_codes
from tests.concurrency.together import PATIENCE_SECONDS, is_waited_for, run_together
from tests.fixtures.tenancy import PASSWORD

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
ROUNDS = 12


def owner_of(tenant: Tenant) -> User:
    return User.objects.get(email=f"{tenant.slug}@example.com")


def is_left_open(parent: LoginSession) -> bool:
    return LoginSession.objects.filter(parent=parent, revoked_at__isnull=True).exists()


def test_no_store_stays_open_behind_a_log_out(
    committed_store: Tenant, django_db_blocker: pytest.FixtureRequest
) -> None:
    """Whichever comes first: the log-out finds the store's log-in, or the store refuses."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        user = owner_of(committed_store)
        for _round in range(ROUNDS):
            parent = open_login(user=user, now=NOW)
            turn = iter([True, False] * 4)
            lock = threading.Lock()

            def act(parent: LoginSession = parent, turn=turn, lock=lock) -> object:  # type: ignore[no-untyped-def]
                with lock:
                    enters = next(turn)
                if enters:
                    return open_login(user=user, now=NOW, tenant_id=committed_store.pk, parent=parent)
                return end_login(token=parent.token, now=NOW)

            results = run_together(act, count=8)
            assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, HandoffRefused)]
            assert not is_left_open(parent)


@pytest.mark.guard("login-hangs-on-its-parent", found="stayed open behind the log-out")
def test_a_log_out_waits_for_who_is_just_entering(
    committed_store: Tenant, django_db_blocker: pytest.FixtureRequest
) -> None:
    """The worst order, made certain: the log-out begins after the look at the parent and before the new row is there."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        user = owner_of(committed_store)
        parent = open_login(user=user, now=NOW)
        looked, go_on = threading.Event(), threading.Event()

        def log_out() -> None:
            assert looked.wait(PATIENCE_SECONDS)
            try:
                end_login(token=parent.token, now=NOW)
            finally:
                go_on.set()
                connection.close()

        thread = threading.Thread(target=log_out)
        thread.start()
        with transaction.atomic():
            entered = open_login(user=user, now=NOW, tenant_id=committed_store.pk, parent=parent)
            looked.set()
            while not go_on.wait(0.02) and not is_waited_for():
                pass  # without the lock the log-out ends here, and has seen nothing
        thread.join(PATIENCE_SECONDS)
        entered.refresh_from_db()
        assert entered.revoked_at is not None, "a store stayed open behind the log-out"


def test_codes_tried_side_by_side_are_counted_before_they_are_looked_at(
    committed_store: Tenant, django_db_blocker: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        user = owner_of(committed_store)
        with_codes(user)
        looked: list[str] = []
        monkeypatch.setattr(TOTP, "validate_code", lambda _self, code: bool(looked.append(code)))
        monkeypatch.setattr(RecoveryCodes, "validate_code", lambda _self, _code: False)

        browsers = [platform() for _ in range(24)]
        for browser in browsers:
            browser.post("/login/", {"email": user.email, "password": PASSWORD})

        def guess() -> int:
            code = f"{secrets.randbelow(10**6):06}"
            return int(browsers.pop().post("/login/second-step/", {"code": code}).status_code)

        statuses = run_together(guess, count=24)
        OutboxMessage.objects.filter(task__startswith="accounts.").delete()
        Session.objects.all().delete()
    assert len(looked) <= 10
    assert statuses.count(422) == len(looked)
    assert statuses.count(429) == 24 - len(looked)
