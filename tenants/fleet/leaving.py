"""A store that is erased leaves no line in the tables of migrations and of files."""

from tenants.events import TenantErasing
from tenants.fleet.models import SchemaVersion, StorageUse, StoreMigration


def forget_store(event: TenantErasing) -> None:
    """Delete what the runs say of the store, and what is remembered of its schema and its files."""
    event.erased["migrations"] = StoreMigration.objects.filter(tenant_id=event.tenant.pk).delete()[0]
    SchemaVersion.objects.filter(schema_name=event.tenant.schema_name).delete()
    StorageUse.objects.filter(schema_name=event.tenant.schema_name).delete()
