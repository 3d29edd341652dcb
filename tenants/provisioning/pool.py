"""The pool of ready schemas, and the register of those in the making."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from core.ids import new_schema_name
from core.outbox.services import OutsideTransaction, enqueue
from core.tenancy import in_public
from tenants.provisioning.enums import SchemaState
from tenants.provisioning.locks import alone_filling, lock_ready_schema
from tenants.provisioning.models import PooledSchema
from tenants.provisioning.schema import create_schema, schema_fingerprint

LEASE = timedelta(minutes=10)


def take_schema(*, now: datetime) -> str | None:
    """Take a ready schema for a store written in the same transaction, and return its name; None where there is none.

    Two at once take two different ones; what rolls back gives its schema back.
    Raises: OutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("take_schema")
    pooled = lock_ready_schema(fingerprint=schema_fingerprint())
    if pooled is None:
        return None
    PooledSchema.objects.filter(pk=pooled.pk).update(state=SchemaState.TAKEN, changed_at=now)
    return pooled.schema_name


def ask_for_filling() -> None:
    """Ask the worker to fill the pool, once the current transaction has committed."""
    if settings.SCHEMA_POOL_SIZE:
        with in_public(), transaction.atomic():
            enqueue(task="tenants.provisioning.fill_pool", queue="jobs")


def fill_pool(*, now: datetime, size: int | None = None) -> int:
    """Set aside what was made from other migrations, make what is missing, and return how many were made.

    One at a time: whoever finds another filling leaves it to them, so that sign-ups never wait behind their own spare schemas.
    """
    wanted = settings.SCHEMA_POOL_SIZE if size is None else size
    made = 0
    with in_public(), alone_filling() as is_alone:
        if not is_alone:
            return 0
        _set_outdated_aside(now=now)
        while made < wanted and _count_usable(now=now) < wanted:
            make_pooled_schema(now=now)
            made += 1
    return made


def make_pooled_schema(*, now: datetime) -> PooledSchema:
    """Make one schema for the pool: registered first, so that a maker who dies leaves a row for the sweeper."""
    pooled = claim_schema(purpose="pool", now=now)
    with transaction.atomic():
        PooledSchema.objects.select_for_update().get(pk=pooled.pk, state=SchemaState.MAKING)
        create_schema(pooled.schema_name)
        PooledSchema.objects.filter(pk=pooled.pk).update(
            state=SchemaState.READY, fingerprint=schema_fingerprint(), changed_at=now, leased_until=None
        )
    pooled.refresh_from_db()
    return pooled


def claim_schema(*, purpose: str, now: datetime, lease: timedelta = LEASE) -> PooledSchema:
    """Register a new schema name before its schema is made, so that the sweeper leaves it alone until the lease ends.

    Commit it before the work begins; renew it with `renew_claim`; end it with `release_claim` once a store's row has the name.
    """
    with in_public():
        return PooledSchema.objects.create(
            schema_name=new_schema_name(),
            state=SchemaState.MAKING,
            purpose=purpose,
            created_at=now,
            changed_at=now,
            leased_until=now + lease,
        )


def renew_claim(*, schema_name: str, now: datetime, lease: timedelta = LEASE) -> bool:
    """Keep a claim for another lease, and return False where it has been swept meanwhile: then stop the work."""
    with in_public():
        claims = PooledSchema.objects.filter(schema_name=schema_name, state=SchemaState.MAKING)
        return bool(claims.update(leased_until=now + lease, changed_at=now))


def release_claim(*, schema_name: str) -> None:
    """End a claim: the schema belongs to a store now, or was never made; otherwise the sweeper finds an orphan."""
    with in_public():
        PooledSchema.objects.filter(schema_name=schema_name, state=SchemaState.MAKING).delete()


def _set_outdated_aside(*, now: datetime) -> None:
    with transaction.atomic():
        ready = PooledSchema.objects.select_for_update(skip_locked=True).filter(state=SchemaState.READY)
        outdated = [row.pk for row in ready.exclude(fingerprint=schema_fingerprint())]
        PooledSchema.objects.filter(pk__in=outdated).update(state=SchemaState.OUTDATED, changed_at=now)


def _count_usable(*, now: datetime) -> int:
    ready = PooledSchema.objects.filter(state=SchemaState.READY, fingerprint=schema_fingerprint()).count()
    making = PooledSchema.objects.filter(state=SchemaState.MAKING, purpose="pool", leased_until__gt=now).count()
    return ready + making
