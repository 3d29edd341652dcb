"""Two workers at once make one store, and two people at once get one address."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import quote_schema_name, schema_exists

from accounts.models import User
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.content.models import Page
from storefront.theme.models import ThemeVersion
from tenants.enums import TenantState
from tenants.errors import AddressTaken
from tenants.models import Tenant, TenantEvent
from tenants.provisioning.services import provision_tenant, reserve_tenant
from tenants.slugs import clean_slug
from tests.concurrency.together import run_together
from tests.fixtures.tenancy import make_store

pytestmark = pytest.mark.usefixtures("committed_store")


def forget(slug: str) -> None:
    for tenant in Tenant.objects.filter(slug=slug):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {quote_schema_name(tenant.schema_name)} CASCADE")
        OutboxMessage.objects.filter(kwargs__tenant_id=tenant.pk).delete()
        OutboxMessage.objects.filter(schema_name=tenant.schema_name).delete()
        tenant.delete()


def test_two_workers_at_one_store_make_it_once(committed_store: Tenant, now: datetime) -> None:
    owner = User.objects.get(email=f"{committed_store.slug}@example.com")
    slug = f"twice-{committed_store.slug}"[:40]
    tenant = reserve_tenant(owner=owner, slug=slug, name="Twice", now=now, actor="test")
    try:
        answers = run_together(lambda: provision_tenant(tenant_id=tenant.pk, now=now), count=3)
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        tenant.refresh_from_db()
        assert tenant.state == TenantState.READY
        assert schema_exists(tenant.schema_name)
        assert TenantEvent.objects.filter(tenant=tenant, type="provisioned").count() == 1
        with in_tenant(tenant):
            assert ThemeVersion.objects.count() == 1
            handles = list(Page.objects.values_list("handle", flat=True))
        assert len(handles) == len(set(handles)) > 0
    finally:
        forget(slug)


def test_of_three_who_want_one_address_at_once_however_they_spell_it_one_gets_it(
    committed_store: Tenant, now: datetime
) -> None:
    owner = User.objects.get(email=f"{committed_store.slug}@example.com")
    slug = f"wanted-{committed_store.slug}"[:40]

    spellings = iter([slug, slug.upper(), slug.title()])

    def wish() -> Any:
        return reserve_tenant(owner=owner, slug=clean_slug(next(spellings)), name="Wanted", now=now, actor="test")

    try:
        answers = run_together(wish, count=3)
        assert sum(isinstance(answer, Tenant) for answer in answers) == 1
        assert sum(isinstance(answer, AddressTaken) for answer in answers) == 2
        assert Tenant.objects.filter(slug=slug).count() == 1
        assert OutboxMessage.objects.filter(kwargs={"tenant_id": Tenant.objects.get(slug=slug).pk}).count() == 1
    finally:
        forget(slug)


def test_two_stores_are_made_side_by_side(committed_store: Tenant) -> None:
    slugs = iter([f"left-{committed_store.slug}"[:40], f"right-{committed_store.slug}"[:40]])
    made: list[Any] = []
    try:
        made = run_together(lambda: make_store(next(slugs)), count=2)
        assert [tenant.state for tenant in made] == [TenantState.READY] * 2
        assert made[0].schema_name != made[1].schema_name
    finally:
        for tenant in Tenant.objects.filter(slug__endswith=committed_store.slug).exclude(pk=committed_store.pk):
            forget(tenant.slug)
            User.objects.filter(email=f"{tenant.slug}@example.com").delete()
