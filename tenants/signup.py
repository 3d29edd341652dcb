"""Sign-up: one person and one store, both or neither; or one more store for somebody who has a login."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, transaction

from accounts.models import User
from accounts.services import ask_for_confirmation, create_user
from tenants.countries import PRESETS
from tenants.enums import ProvisioningStep
from tenants.models import Tenant
from tenants.provisioning.schema import SchemaExists
from tenants.provisioning.services import provision_tenant, reserve_tenant
from tenants.slugs import RESERVED, suggest_slug

ALTERNATIVES = 3

logger = logging.getLogger(__name__)


def sign_up(
    *, email: str, password: str, name: str, slug: str, country: str, language: str, plan_code: str, now: datetime
) -> tuple[User, Tenant]:
    """Create the owner and reserve the store.

    Raises: InvalidInput, EmailTaken, AddressRefused, AddressTaken; nothing is kept then.
    """
    with transaction.atomic():
        user = create_user(email=email, password=password, now=now, language=language)
        ask_for_confirmation(user_id=user.pk)
        tenant = open_another(
            owner=user, name=name, slug=slug, country=country, language=language, plan_code=plan_code, now=now
        )
    return user, tenant


def open_another(
    *, owner: User, name: str, slug: str, country: str, language: str, plan_code: str, now: datetime
) -> Tenant:
    """Reserve a store for somebody who has a login.

    Raises: AddressRefused, AddressTaken.
    """
    preset = PRESETS[country]
    return reserve_tenant(
        owner=owner,
        slug=slug,
        name=name,
        now=now,
        actor=owner.email,
        currency=preset.currency,
        country=country,
        language=language,
        time_zone=preset.time_zone,
        plan_code=plan_code,
    )


def open_store_now(*, tenant: Tenant, now: datetime) -> None:
    """Make the store within the request where that takes a blink: from a pooled schema, or on one plain PostgreSQL.

    The worker does the rest, and whatever fails here.
    """
    if tenant.step == ProvisioningStep.ROW and settings.DATABASE_TOPOLOGY == "citus":
        return
    try:
        provision_tenant(tenant_id=tenant.pk, now=now, actor="sign-up")
    except (DatabaseError, SchemaExists):
        logger.exception("store %s is left to the worker", tenant.schema_name)


def free_alternatives(*, slug: str, name: str) -> list[str]:
    """Return up to three addresses near the wished one that nobody has."""
    base = suggest_slug(slug) if slug else suggest_slug(name)
    wishes = [*([] if slug else [base]), f"{base}-shop", f"{base}-store", f"the-{base}", f"{base}-goods", f"{base}-co"]
    wishes.append(suggest_slug(name))
    wishes = [wish for wish in dict.fromkeys(wishes) if len(wish) <= 40 and wish not in RESERVED and wish != slug]
    taken = set(Tenant.objects.filter(slug__in=wishes).values_list("slug", flat=True))
    return [wish for wish in wishes if wish not in taken][:ALTERNATIVES]


def propose_slug(name: str) -> str:
    """Return a free address made from a store's name, for whoever does not wish for one."""
    return next(iter(free_alternatives(slug="", name=name)), suggest_slug(name))
