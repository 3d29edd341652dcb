"""The verbs of `shopstead tenant` and `shopstead owner`."""

import argparse
import secrets
from typing import Any

from accounts.selectors import find_user_by_email
from accounts.services import ask_for_confirmation, create_user, grant_console
from billing.subscriptions.selectors import find_subscription
from core.clock import utc_now
from core.errors import ShopsteadError
from shopstead.cli.output import answer, fail
from tenants.models import Tenant
from tenants.provisioning.services import provision_tenant, reserve_tenant
from tenants.selectors import get_tenant, platform_url, store_url
from tenants.services import resume_tenant, suspend_tenant

ACTOR = "command line"


def create(arguments: argparse.Namespace) -> int:
    """Open a store; an owner who does not exist yet gets a password, which is printed once."""
    now = utc_now()
    password = ""
    owner = find_user_by_email(arguments.owner_email)
    try:
        if owner is None:
            password = secrets.token_urlsafe(12)
            owner = create_user(email=arguments.owner_email, password=password, now=now, language=arguments.language)
            ask_for_confirmation(user_id=owner.pk)
        tenant = reserve_tenant(
            owner=owner,
            slug=arguments.slug,
            name=arguments.name,
            now=now,
            actor=ACTOR,
            currency=arguments.currency,
            language=arguments.language,
            time_zone=arguments.time_zone,
            plan_code=arguments.plan,
        )
        tenant = provision_tenant(tenant_id=tenant.pk, now=now, actor=ACTOR)
    except ShopsteadError as error:
        return fail(str(error))
    value = describe(tenant) | ({"password": password} if password else {})
    lines = [f"{tenant.name} is open: {store_url(tenant)}"]
    if password:
        lines.append(f"Log in as {owner.email} with {password}")
    return answer(value, as_json=arguments.as_json, lines=lines)


def create_owner(arguments: argparse.Namespace) -> int:
    """Open the console to a person; somebody who has a login already keeps the password."""
    user = find_user_by_email(arguments.email)
    password = "" if user else secrets.token_urlsafe(12)
    try:
        if user is None:
            create_user(
                email=arguments.email, password=password, now=utc_now(), is_platform_staff=True, is_email_confirmed=True
            )
        else:
            grant_console(user_id=user.pk)
    except ShopsteadError as error:
        return fail(str(error))
    lines = [f"{arguments.email} may open {platform_url('/console/')}"]
    if password:
        lines.append(f"Log in with {password}")
    return answer({"email": arguments.email, "password": password}, as_json=arguments.as_json, lines=lines)


def show(arguments: argparse.Namespace) -> int:
    try:
        value = describe(get_tenant(arguments.slug))
    except ShopsteadError as error:
        return fail(str(error))
    return answer(value, as_json=arguments.as_json, lines=[f"{key}: {item}" for key, item in value.items()])


def change_state(arguments: argparse.Namespace, *, suspend: bool) -> int:
    try:
        tenant = get_tenant(arguments.slug)
        if suspend:
            tenant = suspend_tenant(tenant_id=tenant.pk, reason=arguments.reason, actor=ACTOR, now=utc_now())
        else:
            tenant = resume_tenant(tenant_id=tenant.pk, actor=ACTOR, now=utc_now())
    except ShopsteadError as error:
        return fail(str(error))
    return answer(describe(tenant), as_json=arguments.as_json, lines=[f"{tenant.name} is now {tenant.state}."])


def rows() -> list[dict[str, Any]]:
    """Return one row a store."""
    found = Tenant.objects.select_related("subscription__plan").order_by("slug")
    return [
        {
            "address": tenant.slug,
            "name": tenant.name,
            "state": tenant.state,
            "plan": tenant.subscription.plan.code if hasattr(tenant, "subscription") else "",
            "subscription": tenant.subscription.status if hasattr(tenant, "subscription") else "",
            "opened": tenant.created_at.date(),
        }
        for tenant in found
    ]


def describe(tenant: Tenant) -> dict[str, Any]:
    """Return the facts of a store."""
    subscription = find_subscription(tenant)
    return {
        "slug": tenant.slug,
        "name": tenant.name,
        "state": tenant.state,
        "url": store_url(tenant),
        "schema": tenant.schema_name,
        "currency": tenant.currency,
        "language": tenant.language,
        "time_zone": tenant.time_zone,
        "contact": tenant.contact_email,
        "plan": subscription.plan.code if subscription else None,
        "subscription": subscription.status if subscription else None,
        "opened": tenant.created_at.isoformat(),
    }
