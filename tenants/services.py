"""Change a store's state, its entitlements and its payment account."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.tenancy import in_public
from tenants.enums import TRANSITIONS, TenantState
from tenants.errors import TransitionRefused
from tenants.models import Entitlement, PaymentAccount, Tenant, TenantEvent


def suspend_tenant(*, tenant_id: int, reason: str, actor: str, now: datetime) -> Tenant:
    """Close the store's doors; its data stays.

    Raises: TransitionRefused.
    """
    return change_state(tenant_id=tenant_id, state=TenantState.SUSPENDED, reason=reason, actor=actor, now=now)


def close_checkout(*, tenant_id: int, reason: str, actor: str, now: datetime) -> Tenant:
    """Let the store be seen and worked in while nothing can be bought.

    Raises: TransitionRefused.
    """
    return change_state(tenant_id=tenant_id, state=TenantState.CHECKOUT_OFF, reason=reason, actor=actor, now=now)


def resume_tenant(*, tenant_id: int, actor: str, now: datetime) -> Tenant:
    """Open a suspended store, or a closed checkout, again.

    Raises: TransitionRefused.
    """
    return change_state(tenant_id=tenant_id, state=TenantState.READY, reason="", actor=actor, now=now)


def update_store_facts(*, tenant_id: int, facts: Mapping[str, str], actor: str, now: datetime) -> None:
    """Write the store's name, contact, language and time zone."""
    allowed = {key: facts[key] for key in ("name", "contact_email", "language", "time_zone") if key in facts}
    with in_public(), transaction.atomic():
        Tenant.objects.filter(pk=tenant_id).update(**allowed)
        record_event(tenant_id=tenant_id, kind="facts", actor=actor, data=allowed, now=now)


def record_event(
    *, tenant_id: int, kind: str, actor: str, now: datetime, data: Mapping[str, object] | None = None
) -> TenantEvent:
    """Write into the store's log who did what."""
    return TenantEvent.objects.create(
        tenant_id=tenant_id, type=kind, actor=actor, data=dict(data or {}), created_at=now
    )


def set_entitlement(*, tenant_id: int, key: str, value: int | None, valid_until: datetime | None) -> None:
    """Write what the store's plan allows; None means without limit, or without end."""
    Entitlement.objects.update_or_create(
        tenant_id=tenant_id, key=key, defaults={"value": value, "valid_until": valid_until}
    )


def record_payment_account(
    *, tenant_id: int, provider: str, external_id: str, charges_enabled: bool, livemode: bool, now: datetime
) -> PaymentAccount:
    """Bind a provider's account to the store, or update what the provider says of it."""
    account, _created = PaymentAccount.objects.update_or_create(
        tenant_id=tenant_id,
        provider=provider,
        defaults={"external_id": external_id, "charges_enabled": charges_enabled, "livemode": livemode},
        create_defaults={
            "external_id": external_id,
            "charges_enabled": charges_enabled,
            "livemode": livemode,
            "created_at": now,
        },
    )
    return account


def change_state(*, tenant_id: int, state: TenantState, reason: str, actor: str, now: datetime) -> Tenant:
    """Take the store to another state by the one table of transitions, and write it into the store's log.

    Raises: TransitionRefused.
    """
    with in_public(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
        if state not in TRANSITIONS[TenantState(tenant.state)]:
            raise TransitionRefused(
                _("A store that is %(from)s cannot become %(to)s.")
                % {"from": TenantState(tenant.state).label.lower(), "to": state.label.lower()}
            )
        Tenant.objects.filter(pk=tenant.pk).update(state=state, suspended_reason=reason)
        record_event(tenant_id=tenant.pk, kind=f"state.{state}", actor=actor, data={"reason": reason}, now=now)
        tenant.refresh_from_db()
    return tenant
