"""Every log-in and log-out through Django's own functions is written down, whoever calls them."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts.models import User
from accounts.services import end_login, open_login
from accounts.sessions import LOGIN_KEY
from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest


@receiver(user_logged_in, dispatch_uid="accounts.open_login")
def write_login(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Give the fresh session its log-in; `request.parent_login` is the platform's one that a store is entered from."""
    now, tenant = utc_now(), getattr(request, "tenant", None)
    former = getattr(request, "login_session", None)  # of whoever was logged in here until now
    if former is not None:
        end_login(token=former.token, now=now)
    login = open_login(
        user=user,
        now=now,
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        address=client_address(request),
        tenant_id=tenant.pk if tenant is not None else None,
        tenant_name=tenant.name if tenant is not None else "",
        parent=getattr(request, "parent_login", None),
    )
    request.session[LOGIN_KEY] = login.token
    request.login_session = login


@receiver(user_logged_out, dispatch_uid="accounts.end_login")
def write_logout(sender: type[User], request: HttpRequest, **kwargs: Any) -> None:
    """End the session's log-in; on the platform, the stores entered from it as well."""
    token = request.session.get(LOGIN_KEY)
    if token:
        end_login(token=token, now=utc_now())
    request.login_session = None
