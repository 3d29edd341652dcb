"""A store may ask the people who work there for a second step; `selectors.find_open_login` asks for it on every request."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import SecondStepConflict
from accounts.models import StoreLoginRule
from accounts.selectors import has_second_step
from core.tenancy import in_public


def require_second_step(*, tenant_id: int, actor_user_id: int, now: datetime) -> None:
    """Open the store's dashboard only to people with a second step from now on, those who are inside as well.

    Raises: SecondStepConflict when who asks for it has none: they would shut themselves out.
    """
    with in_public(), transaction.atomic():
        if not has_second_step(actor_user_id):
            raise SecondStepConflict(_("Set up two-step log-in for yourself first, in “Your account”."))
        StoreLoginRule.objects.get_or_create(tenant_id=tenant_id, defaults={"created_at": now})


def allow_password_alone(*, tenant_id: int) -> None:
    """Open the store's dashboard with the password alone again, to people without a second step."""
    with in_public():
        StoreLoginRule.objects.filter(tenant_id=tenant_id).delete()
