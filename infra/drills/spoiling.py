"""Inside the platform's Django: spoil pages of stores, and look at what a migration left in each."""

from django.db import connection

from core.tenancy import in_tenant
from storefront.content.models import Page
from tenants.models import Tenant

LOOK = """
    SELECT (SELECT count(*) FROM django_migrations WHERE name LIKE '09%%'),
           (SELECT count(*) FROM pg_attribute WHERE attrelid = 'content_page'::regclass AND attname = 'drill_note'),
           (SELECT count(*) FROM pg_constraint WHERE conrelid = 'content_page'::regclass AND conname = 'page_is_not_bad'),
           (SELECT count(*) FROM content_page WHERE title = 'bad')
"""


def write_title(*, slugs: list[str], title: str) -> int:
    """Give every page of these stores this title."""
    for tenant in Tenant.objects.filter(slug__in=slugs):
        with in_tenant(tenant):
            Page.objects.update(title=title)
    return len(slugs)


def look() -> dict[str, list[int]]:
    """Return by store: planted migrations recorded, whether the column and the rule stand, and pages that are spoiled."""
    found = {}
    for tenant in Tenant.objects.order_by("pk"):
        with in_tenant(tenant), connection.cursor() as cursor:
            cursor.execute(LOOK)
            found[tenant.slug] = list(cursor.fetchone())
    return found
