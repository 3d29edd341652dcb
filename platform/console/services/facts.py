"""Write down what each store's schema says, so that the list of stores asks none of them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from analytics.operator.figures import get_store_figures
from console.models import StoreFacts, StoreTraffic
from console.services.traffic import prune_traffic
from core.jobs.models import Job, JobState
from core.tenancy import in_public, in_tenant
from storefront.payments.selectors.comparison import count_open_differences
from tenants.models import Tenant

DAY = timedelta(hours=24)


def refresh_facts(*, tenant: Tenant, now: datetime) -> StoreFacts:
    """Look into the store and write its row; two at once write the same."""
    with in_tenant(tenant):
        figures = get_store_figures(now=now)
        differences = count_open_differences()
    with in_public(), transaction.atomic():
        since = now - DAY
        traffic = StoreTraffic.objects.filter(tenant_id=tenant.pk, hour_at__gt=since).aggregate(
            requests=Sum("requests_count", default=0), failed=Sum("failed_count", default=0)
        )
        failed_jobs = Job.objects.filter(
            schema_name=tenant.schema_name, state=JobState.FAILED, finished_at__gt=since
        ).count()
        prune_traffic(tenant_id=tenant.pk, now=now)
        facts, _created = StoreFacts.objects.update_or_create(
            tenant_id=tenant.pk,
            defaults={
                "last_order_at": figures.last_order_at,
                "last_order_name": figures.last_order_name,
                "orders_30d_count": figures.orders_30d_count,
                "orders_month_count": figures.orders_month_count,
                "gmv_30d_amount": figures.gmv_30d_amount,
                "products_count": figures.products_count,
                "customers_count": figures.customers_count,
                "schema_bytes": figures.schema_bytes,
                "files_bytes": figures.files_bytes,
                "migrations_behind_count": figures.migrations_behind_count,
                "requests_24h_count": traffic["requests"],
                "failed_requests_24h_count": traffic["failed"],
                "failed_jobs_24h_count": failed_jobs,
                "differences_count": differences,
                "refreshed_at": now,
            },
        )
    return facts
