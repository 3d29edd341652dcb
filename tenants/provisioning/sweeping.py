"""Find what a killed process left behind, and finish or remove it."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import Q

from core.tenancy import in_public
from tenants.models import Tenant
from tenants.provisioning.enums import SchemaState
from tenants.provisioning.models import PooledSchema
from tenants.provisioning.schema import drop_schema

ORPHAN_FOR = timedelta(hours=1)
BATCH_SIZE = 20

logger = logging.getLogger(__name__)


def sweep_schemas(*, now: datetime) -> list[str]:
    """Drop what nobody will use any more and return the names; what a store, the pool or a live claim has is safe."""
    with in_public():
        _forget_taken(now=now)
        _note_orphans(now=now)
        over = Q(state=SchemaState.MAKING, leased_until__lt=now) | Q(state=SchemaState.OUTDATED)
        over |= Q(state=SchemaState.ORPHAN, changed_at__lt=now - ORPHAN_FOR)
        rows = PooledSchema.objects.filter(over).order_by("pk")[:BATCH_SIZE]
        return [row.schema_name for row in rows if _drop(row, over)]


def list_orphans() -> set[str]:
    """Return the store schemas that neither a store nor the register knows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_[0-9a-f]{20}$'")
        standing = {name for (name,) in cursor.fetchall()}
    return standing - owned_among(standing) - set(PooledSchema.objects.values_list("schema_name", flat=True))


def owned_among(names: Iterable[str]) -> set[str]:
    """Return those of the schemas that a store's row names, in whatever state the store is."""
    return set(Tenant.objects.filter(schema_name__in=list(names)).values_list("schema_name", flat=True))


def _forget_taken(*, now: datetime) -> None:
    """Drop the rows, never the schemas, of what stores have taken; an hour is longer than any sign-up's transaction."""
    PooledSchema.objects.filter(state=SchemaState.TAKEN, changed_at__lt=now - ORPHAN_FOR).delete()
    orphans = PooledSchema.objects.filter(state=SchemaState.ORPHAN)
    orphans.filter(schema_name__in=owned_among(orphans.values_list("schema_name", flat=True))).delete()


def _note_orphans(*, now: datetime) -> None:
    noted: Iterable[PooledSchema] = (
        PooledSchema(schema_name=name, state=SchemaState.ORPHAN, purpose="orphan", created_at=now, changed_at=now)
        for name in sorted(list_orphans())
    )
    for row in PooledSchema.objects.bulk_create(noted, ignore_conflicts=True):
        logger.warning(
            "schema %s belongs to nobody; it is dropped in an hour unless somebody claims it", row.schema_name
        )


def _drop(row: PooledSchema, over: Q) -> bool:
    try:
        with transaction.atomic():
            held = PooledSchema.objects.select_for_update(skip_locked=True).filter(over, pk=row.pk).first()
            if held is None:
                return False
            if not owned_among([held.schema_name]):
                drop_schema(held.schema_name)
                logger.info("dropped schema %s (%s, %s)", held.schema_name, held.state, held.purpose)
            held.delete()
    except OperationalError:
        logger.warning("schema %s is in use at this moment and is dropped later", row.schema_name, exc_info=True)
        return False
    return True
