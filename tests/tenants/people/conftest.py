"""People of acme in every role, and what they do."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.selectors import find_user_by_email
from accounts.services import create_user
from core.outbox.models import OutboxMessage
from tenants.enums import Role
from tenants.models import Membership, Tenant
from tenants.people.services import mail_invitation
from tenants.people.services.invitations import MAIL_TASK
from tenants.services import set_entitlement
from tests.fixtures.people import sign_in
from tests.fixtures.tenancy import PASSWORD

Hire = Callable[..., Membership]


@pytest.fixture(autouse=True)
def room_for_five(acme: Tenant, owner: User, now: datetime) -> None:
    """An owner whose address is known to be theirs, and a plan with five places."""
    owner.email_confirmed_at = now
    owner.save(update_fields=["email_confirmed_at"])
    set_entitlement(tenant_id=acme.pk, key="staff", value=5, valid_until=None)


@pytest.fixture
def hire(acme: Tenant, now: datetime) -> Hire:
    """Return a function that gives somebody a place in a store."""

    def give(role: Role, *, tenant: Tenant = acme, email: str = "", language: str = "en") -> Membership:
        email = email or f"{role}@example.com"
        user = find_user_by_email(email) or create_user(
            email=email, password=PASSWORD, now=now, name=f"{role} person".title(), language=language
        )
        return Membership.objects.create(user=user, tenant=tenant, role=role, created_at=now)

    return give


@pytest.fixture
def client_of(acme: Tenant, store_client: Callable[[Tenant], Client]) -> Callable[[User], Client]:
    """Return a function that gives a person's client on acme's host."""
    return lambda user: sign_in(store_client(acme), acme, user)


def deliver(now: datetime) -> str:
    """Let the worker mail the last invitation that waits, and return the path of its link."""
    message = OutboxMessage.objects.filter(task=MAIL_TASK).latest("pk")
    assert message.schema_name == "public"
    assert mail_invitation(**message.kwargs, now=now)
    return next(word for word in mail.outbox[-1].body.split() if "/invitations/" in word).removeprefix(
        "http://localhost"
    )
