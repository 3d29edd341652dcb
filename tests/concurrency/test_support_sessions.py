"""One of the team begins two sessions at once, uses one pass twice at once, and leaves while being put out."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from accounts.services import create_user
from console.enums import SupportEnd
from console.errors import SupportPassRefused, SupportRefused
from console.models import SupportAccess
from console.services.support import end_support, enter_support, start_support
from core.clock import utc_now
from core.outbox.models import OutboxMessage
from tenants.models import Tenant, TenantEvent
from tests.concurrency.together import run_together
from tests.console.support import login_of
from tests.fixtures.tenancy import PASSWORD


@pytest.fixture
def staff(committed_store: Tenant) -> Iterator[User]:
    user = create_user(
        email=f"team-{committed_store.slug}@example.com", password=PASSWORD, now=utc_now(), is_platform_staff=True
    )
    yield user
    OutboxMessage.objects.filter(task="console.mail_support_started").delete()
    user.delete()


@pytest.fixture
def owner(committed_store: Tenant) -> User:
    return User.objects.get(email=f"{committed_store.slug}@example.com")


def test_two_sessions_begun_at_once_are_one(committed_store: Tenant, staff: User, owner: User) -> None:
    login = login_of(staff)
    answers = run_together(
        lambda: start_support(
            tenant=committed_store, staff=staff, login=login, as_user_id=owner.pk, reason="stuck", now=utc_now()
        ),
        count=4,
    )
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [SupportRefused] * 3
    assert SupportAccess.objects.filter(staff=staff).count() == 1
    assert OutboxMessage.objects.filter(task="console.mail_support_started").count() == 1


def test_a_pass_used_twice_at_once_opens_once(committed_store: Tenant, staff: User, owner: User) -> None:
    _access, token = start_support(
        tenant=committed_store, staff=staff, login=login_of(staff), as_user_id=owner.pk, reason="stuck", now=utc_now()
    )
    answers = run_together(lambda: enter_support(token=token, tenant_id=committed_store.pk, now=utc_now()), count=4)
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [SupportPassRefused] * 3


def test_a_session_ended_by_many_ends_once(committed_store: Tenant, staff: User, owner: User) -> None:
    access, _token = start_support(
        tenant=committed_store, staff=staff, login=login_of(staff), as_user_id=owner.pk, reason="stuck", now=utc_now()
    )
    answers = run_together(
        lambda: end_support(access_id=access.pk, by=SupportEnd.STORE, actor=owner.email, now=utc_now()), count=4
    )
    assert sorted(answers) == [False, False, False, True]
    assert TenantEvent.objects.filter(tenant=committed_store, type="support.ended").count() == 1
