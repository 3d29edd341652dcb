"""Read bills."""

from billing.invoices.models import Invoice
from tenants.models import Tenant


def list_invoices(tenant: Tenant, *, limit: int = 24) -> list[Invoice]:
    """Return the store's bills, newest first."""
    return list(Invoice.objects.filter(tenant_id=tenant.pk).order_by("-created_at")[:limit])
