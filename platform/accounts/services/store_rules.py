"""A store may ask the people who work there for a second step."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import SecondStepConflict
from accounts.models import LoginSession, StoreLoginRule
from accounts.selectors import has_second_step, list_with_second_step
from core.tenancy import in_public


def require_second_step(*, tenant_id: int, actor_user_id: int, now: datetime) -> int:
    """Open the store's dashboard only to people with a second step from now on; return how many log-ins that ended.

    Raises: SecondStepConflict when who asks for it has none: they would shut themselves out.
    """
    with in_public(), transaction.atomic():
        if not has_second_step(actor_user_id):
            raise SecondStepConflict(_("Set up two-step log-in for yourself first, in “Your account”."))
        StoreLoginRule.objects.get_or_create(tenant_id=tenant_id, defaults={"created_at": now})
        inside = LoginSession.objects.filter(tenant_id=tenant_id, revoked_at__isnull=True)
        safe = list_with_second_step(set(inside.values_list("user_id", flat=True)))
        return inside.exclude(user_id__in=safe).update(revoked_at=now)


def allow_password_alone(*, tenant_id: int) -> None:
    """Open the store's dashboard with the password alone again, to people without a second step."""
    with in_public():
        StoreLoginRule.objects.filter(tenant_id=tenant_id).delete()


def end_weak_logins(*, user_id: int, now: datetime) -> int:
    """End the log-ins of somebody who has no second step any more in the stores that ask for one; return how many."""
    asking = StoreLoginRule.objects.values("tenant_id")
    still_open = LoginSession.objects.filter(user_id=user_id, revoked_at__isnull=True)
    return still_open.filter(tenant_id__in=asking).update(revoked_at=now)
