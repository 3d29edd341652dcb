"""Make the two demo stores, once, and say how to log in."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.selectors import find_user_by_email
from accounts.services import create_user
from analytics.merchant.services.rollups import refresh_rollups
from billing.subscriptions.services import extend_trial
from console.services.facts import refresh_facts
from core.clock import utc_now
from core.tenancy import in_public, in_tenant
from recsys.serving.services.training import train_store
from shopstead.demo.goods import furnish, read_store
from shopstead.demo.history import shopper_email, write_history, write_visits
from shopstead.demo.kinds import write_kinds
from shopstead.demo.questions import write_questions
from shopstead.demo.reviews import write_reviews
from shopstead.demo.welcome import DemoLogin
from storefront.customers.models import Customer
from tenants.models import Tenant
from tenants.provisioning.services import provision_tenant, reserve_tenant
from tenants.selectors import platform_url, store_url

STORES = ("acme", "yunshang")
OWNER = "owner@shopstead.example"
TRIAL = timedelta(days=3650)

Report = Callable[[str], None]


def seed_demo(*, password: str | None, report: Report) -> list[DemoLogin]:
    """Make what is missing of the demo and return its logins; a second start finds the first one's passwords."""
    passwords = _passwords(password)
    now = utc_now()
    with in_public():
        if find_user_by_email(OWNER) is None:
            create_user(
                email=OWNER,
                password=passwords["owner"],
                now=now,
                name="Shopstead",
                is_platform_staff=True,
                is_email_confirmed=True,
            )
        demo = [OWNER, *(_merchant_email(name) for name in STORES)]
        User.objects.filter(email__in=demo, email_confirmed_at__isnull=True).update(email_confirmed_at=now)
        for name in STORES:
            if not Tenant.objects.filter(slug=name, is_demo=True).exists():
                store = read_store(name)
                report(f"Making the demo store {store['name']}")
                _make_store(store, passwords=passwords, now=now, report=report)
    return _logins(passwords)


def _make_store(store: dict[str, Any], *, passwords: dict[str, str], now: datetime, report: Report) -> None:
    slug = store["slug"]
    tenant = reserve_tenant(
        owner=_merchant(store, passwords[slug], now),
        slug=slug,
        name=store["name"],
        now=now,
        actor="demo",
        currency=store["currency"],
        country=store["country"],
        language=store["language"],
        time_zone=store["time_zone"],
        plan_code="growth",
        is_demo=True,
    )
    tenant = provision_tenant(tenant_id=tenant.pk, now=now)
    extend_trial(tenant_id=tenant.pk, until=now + TRIAL, actor="demo", now=now)
    with in_tenant(tenant):
        with transaction.atomic():
            furnish(store, now=now)
            write_kinds(store, now=now)
            orders = write_history(store, now=now)
            write_visits(store, now=now)
            write_reviews(store, now=now)
            write_questions(store, now=now)
            customer = Customer.objects.get(email=shopper_email(store, 0))
            customer.set_password(passwords["shopper"])
            customer.save(update_fields=["password"])
        report(f"  {len(store['goods'])} goods, {orders} orders; computing reports and recommendations")
        refresh_rollups(tenant=tenant, now=now)
        train_store(tenant=tenant, now=now)
    refresh_facts(tenant=tenant, now=now)


def _merchant(store: dict[str, Any], password: str, now: datetime) -> User:
    email = _merchant_email(store["slug"])
    return find_user_by_email(email) or create_user(
        email=email, password=password, now=now, language=store["language"], is_email_confirmed=True
    )


def _merchant_email(slug: str) -> str:
    return f"merchant@{slug}.example"


def _passwords(chosen: str | None) -> dict[str, str]:
    """Return the demo's passwords: those of the first start on this data directory."""
    path = Path(settings.DATA_DIR) / "demo-logins.json"
    if path.exists():
        return dict(json.loads(path.read_text()))
    names = ("owner", "acme", "yunshang", "shopper")
    passwords = {name: chosen or secrets.token_urlsafe(9) for name in names}
    path.touch(mode=0o600)
    path.write_text(json.dumps(passwords))
    return passwords


def _logins(passwords: dict[str, str]) -> list[DemoLogin]:
    acme, yunshang = (Tenant.objects.get(slug=slug) for slug in STORES)
    return [
        DemoLogin("Platform, and the owner's console", platform_url("/console/"), OWNER, passwords["owner"]),
        DemoLogin(
            "Acme Outdoor (English, USD): its merchant",
            store_url(acme, "/dashboard/"),
            "merchant@acme.example",
            passwords["acme"],
        ),
        DemoLogin("Acme Outdoor: a shopper", store_url(acme), "shopper@acme.example", passwords["shopper"]),
        DemoLogin(
            "云上茶舍 (简体中文, CNY): its merchant",
            store_url(yunshang, "/dashboard/"),
            "merchant@yunshang.example",
            passwords["yunshang"],
        ),
        DemoLogin("云上茶舍: a shopper", store_url(yunshang), "shopper@yunshang.example", passwords["shopper"]),
    ]
