"""Change a store's state, its entitlements and its payment account."""

from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actors import current_actor
from core.events import publish
from core.tenancy import in_public
from core.text import one_line
from tenants.enums import TRANSITIONS, WORKING_STATES, TenantState
from tenants.errors import TransitionRefused
from tenants.events import TenantOpening
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


def update_store_facts(*, tenant_id: int, facts: Mapping[str, Any], actor: str, now: datetime) -> None:
    """Write what a store's owner may change of it at any time."""
    names = ("name", "contact_email", "language", "languages", "time_zone", "shows_lowest_price")
    allowed = {key: facts[key] for key in names if key in facts}
    with in_public(), transaction.atomic():
        before = Tenant.objects.select_for_update().values(*allowed).get(pk=tenant_id)
        Tenant.objects.filter(pk=tenant_id).update(**allowed)
        changed = [key for key in allowed if allowed[key] != before[key]]
        facts_of = {"before": {key: before[key] for key in changed}, "after": {key: allowed[key] for key in changed}}
        record_event(tenant_id=tenant_id, kind="facts", actor=actor, data=facts_of, now=now)


def record_event(
    *,
    tenant_id: int,
    kind: str,
    actor: str,
    now: datetime,
    data: Mapping[str, object] | None = None,
    object_type: str = "",
    object_id: object = "",
) -> TenantEvent:
    """Write into the store's log who did what; from where, as whom and in which request it knows by itself.

    `kind` has its sentence in `tenants.people.sentences`. In `data` stand no secrets and nothing of a customer; what a thing
    was and became goes under `before` and `after`.
    """
    who = current_actor()
    return TenantEvent.objects.create(
        tenant_id=tenant_id,
        type=kind,
        actor=one_line(actor or who.name, limit=254),
        user_id=who.user_id,
        support_user_id=who.support_user_id,
        support_actor=one_line(who.support_name, limit=254),
        role=who.role,
        address=_address(who.address),
        request_id=who.request_id,
        object_type=object_type,
        object_id=one_line(object_id, limit=64),
        data=_clean({"route": who.route, **(data or {})} if who.route else data or {}),
        created_at=now,
    )


def set_entitlement(*, tenant_id: int, key: str, value: int | None, valid_until: datetime | None) -> None:
    """Write one thing that the store's plan allows; None means without limit, or without end."""
    set_entitlements(tenant_id=tenant_id, limits={key: (value, valid_until)})


def set_entitlements(*, tenant_id: int, limits: Mapping[str, tuple[int | None, datetime | None]]) -> None:
    """Write what the store's plan allows, in one statement: by key, (value, valid until)."""
    Entitlement.objects.bulk_create(
        [
            Entitlement(tenant_id=tenant_id, key=key, value=value, valid_until=valid_until)
            for key, (value, valid_until) in limits.items()
        ],
        update_conflicts=True,
        unique_fields=["tenant", "key"],
        update_fields=["value", "valid_until"],
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


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def _clean(value: object) -> Any:
    if isinstance(value, Mapping):
        return {one_line(key, limit=60): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value if isinstance(value, bool | int | float | None) else one_line(value, limit=500)


def change_state(*, tenant_id: int, state: TenantState, reason: str, actor: str, now: datetime) -> Tenant:
    """Take the store to another state by the one table of transitions, and write it into the store's log.

    A closed store that opens is brought up to date first.
    Raises: TransitionRefused; whatever keeps a store from opening (`TenantOpening`).
    """
    with in_public():
        before = Tenant.objects.get(pk=tenant_id)
        if state in WORKING_STATES and state in TRANSITIONS[TenantState(before.state)] and not before.is_open_for_work:
            publish(TenantOpening(tenant=before, now=now))
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
