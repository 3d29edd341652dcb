"""What is known of each store's schema and files, and the record of every migration run."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenants.fleet.enums import Lane, Ring, RunState, StoreState
from tenants.models import Tenant


class SchemaVersion(models.Model):
    """What was found when a schema was last looked into.

    `shape` is the schema's identity and size in the catalog at that moment. While it is the same the record is believed; a
    schema that was restored, replaced or changed by hand has another one and is looked into again.
    """

    id = models.BigAutoField(primary_key=True)
    schema_name = models.CharField(max_length=63, unique=True)
    fingerprint = models.CharField(max_length=32)
    shape = models.CharField(max_length=80)
    seen_at = models.DateTimeField()


class MigrationRun(models.Model):
    """One go at bringing all stores to the code's migrations, with the lease of the process that leads it."""

    LEASE: ClassVar[timedelta] = timedelta(seconds=15)

    id = models.BigAutoField(primary_key=True)
    fingerprint = models.CharField(max_length=32)
    state = models.CharField(max_length=20, choices=RunState, default=RunState.RUNNING)
    note = models.TextField(blank=True)
    started_by = models.CharField(max_length=254)
    workers_count = models.IntegerField(default=1)
    lease_owner = models.CharField(max_length=100)
    lease_expires_at = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="migration_run_one_at_a_time"),
        ]


class StoreMigration(models.Model):
    """One store in a run: from which migrations to which, how, in how long, and what went wrong."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(MigrationRun, on_delete=models.CASCADE, related_name="stores")
    tenant = models.ForeignKey(Tenant, on_delete=models.SET_NULL, null=True, related_name="+")
    schema_name = models.CharField(max_length=63)
    slug = models.CharField(max_length=40)
    ring = models.IntegerField(choices=Ring)
    state = models.CharField(max_length=20, choices=StoreState, default=StoreState.WAITING)
    lane = models.CharField(max_length=20, choices=Lane, default=Lane.NONE, blank=True)
    from_fingerprint = models.CharField(max_length=32)
    missing = models.JSONField(default=list, help_text="app.name of each migration to apply, in order.")
    seconds = models.FloatField(null=True, blank=True)
    attempts_count = models.IntegerField(default=0)
    error = models.TextField(blank=True, help_text="The message and the traceback's end.")
    worker = models.CharField(max_length=100, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "schema_name"], name="store_migration_once_a_run"),
            models.CheckConstraint(condition=Q(attempts_count__gte=0), name="store_migration_attempts_count"),
        ]
        indexes = [
            models.Index(fields=["run", "ring", "id"], name="store_migration_waiting", condition=Q(state="waiting")),
        ]


class StorageUse(models.Model):
    """How many bytes a store's files take: counted as they come and go, and counted anew every night."""

    id = models.BigAutoField(primary_key=True)
    schema_name = models.CharField(max_length=63, unique=True)
    bytes_count = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(bytes_count__gte=0), name="storage_use_is_not_negative")]
