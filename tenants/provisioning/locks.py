"""The row that a sign-up takes off the pool."""

from django.db.models import Func, TextField

from tenants.provisioning.enums import SchemaState
from tenants.provisioning.models import PooledSchema


def lock_ready_schema(*, fingerprint: str) -> PooledSchema | None:
    """Lock the oldest schema that is ready, stands and was made from these migrations; pass over what others hold."""
    return (
        PooledSchema.objects.select_for_update(skip_locked=True)
        .alias(stands=Func("schema_name", function="to_regnamespace", output_field=TextField()))
        .filter(state=SchemaState.READY, fingerprint=fingerprint, stands__isnull=False)
        .order_by("pk")
        .first()
    )
