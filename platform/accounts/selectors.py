"""Read platform users and their log-ins."""

from datetime import datetime

from django.db.models import Q

from accounts.models import LoginSession, User
from core.tenancy import in_public


def find_user_by_email(email: str) -> User | None:
    """Return the user with this address in any case, or None."""
    return User.objects.filter(email=email.strip().lower()).first()


def find_open_login(*, token: str, user_id: int, tenant_id: int | None) -> LoginSession | None:
    """Return the log-in that is open, of this person and in this place (None: the platform), with its user, or None."""
    place = Q(tenant_id__isnull=True) if tenant_id is None else Q(tenant_id=tenant_id)
    with in_public():
        return (
            LoginSession.objects.select_related("user")
            .filter(place, token=token, user_id=user_id, user__is_active=True, revoked_at__isnull=True)
            .first()
        )


def list_open_logins(*, user_id: int, seen_after: datetime) -> list[LoginSession]:
    """Return where the person is logged in, the last seen first."""
    rows = LoginSession.objects.filter(user_id=user_id, revoked_at__isnull=True, seen_at__gte=seen_after)
    return list(rows.order_by("-seen_at", "-pk"))
