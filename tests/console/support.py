"""A support session in a store, for the tests."""

from collections.abc import Callable

from django.test import Client

from accounts.models import LoginSession, User
from accounts.selectors import find_user_by_email
from accounts.services import open_login
from console.models import SupportAccess
from console.services.support import allow_changes, start_support
from core.clock import utc_now
from tenants.models import Tenant
from tenants.selectors import default_host

REASON = "CSV import stuck"
COOKIE = "shopstead_support"

SignInAs = Callable[..., Client]


def client_of(tenant: Tenant) -> Client:
    return Client(headers={"host": default_host(tenant.slug)}, raise_request_exception=False)


def login_of(staff: User) -> LoginSession:
    """Return a log-in of the team's person on the platform."""
    return open_login(user=staff, now=utc_now())


def sign_in_as(tenant: Tenant, staff: User, *, email: str = "", may_write: bool = False) -> Client:
    """Go through the console's pass into the store and return the browser that holds the session."""
    target = find_user_by_email(email or f"{tenant.slug}@example.com")
    assert target
    access, token = start_support(
        tenant=tenant, staff=staff, login=login_of(staff), as_user_id=target.pk, reason=REASON, now=utc_now()
    )
    client = client_of(tenant)
    answer = client.get("/dashboard/support-access/enter/", {"token": token})
    assert answer.status_code == 302, answer.content
    if may_write:
        allow_changes(access=SupportAccess.objects.get(pk=access.pk), reason="upload the file again", now=utc_now())
    return client


def newest() -> SupportAccess:
    return SupportAccess.objects.latest("pk")
