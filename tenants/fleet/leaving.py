"""A store that is erased leaves no line in the tables of migrations."""

from tenants.events import TenantErasing
from tenants.fleet.models import StoreMigration


def forget_store(event: TenantErasing) -> None:
    """Delete what the runs say of the store."""
    event.erased["migrations"] = StoreMigration.objects.filter(tenant_id=event.tenant.pk).delete()[0]
