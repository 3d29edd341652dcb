"""How people prove who they are before they may work in a store."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import allow_password_alone, require_second_step
from core.tenancy import in_public
from tenants.people.locks import lock_people, rights_of
from tenants.services import record_event


def set_second_step(*, tenant_id: int, is_required: bool, actor: User, now: datetime) -> None:
    """Ask everybody who works in the store for a two-step log-in, or let the password be enough again.

    Raises: RoleRefused; SecondStepConflict when the actor has no second step.
    """
    with in_public(), transaction.atomic():
        lock_people(tenant_id)
        rights_of(actor, tenant_id)
        if is_required:
            require_second_step(tenant_id=tenant_id, actor_user_id=actor.pk, now=now)
        else:
            allow_password_alone(tenant_id=tenant_id)
        record_event(
            tenant_id=tenant_id,
            kind="people.second_step_on" if is_required else "people.second_step_off",
            actor=actor.email,
            now=now,
        )
