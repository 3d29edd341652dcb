"""Keep the offered plans as the code says, here and at Stripe."""

from typing import Any

from django.db import transaction

from billing.plans.catalog import DEFAULT_PLANS
from billing.plans.models import Plan, PlanEntitlement, PlanPrice


def sync_default_plans() -> None:
    """Create or update the plans that the platform starts with; a changed price becomes a new row and the old one stays."""
    with transaction.atomic():
        for position, offer in enumerate(DEFAULT_PLANS):
            _sync_plan(offer, position=position)


def _sync_plan(offer: dict[str, Any], *, position: int) -> None:
    plan, _created = Plan.objects.update_or_create(
        code=offer["code"],
        defaults={
            "names": offer["names"],
            "summaries": offer["summaries"],
            "features": offer["features"],
            "position": position,
            "is_recommended": offer.get("is_recommended", False),
        },
    )
    for (currency, interval), amount in offer["prices"].items():
        current = PlanPrice.objects.filter(plan=plan, currency=currency, interval=interval, is_active=True)
        if not current.filter(amount=amount).exists():
            current.update(is_active=False)
            PlanPrice.objects.create(plan=plan, currency=currency, interval=interval, amount=amount)
    for key, value in offer["limits"].items():
        PlanEntitlement.objects.update_or_create(plan=plan, key=key, defaults={"value": value})
