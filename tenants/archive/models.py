"""Archives of whole stores, stores made from them, and what is left of stores that are gone."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenants.archive.enums import ArchiveReason, DeletionState, RestorationState
from tenants.models import Tenant


class ArchivePolicy(models.Model):
    """How a store is archived by itself. `lineage` names the store in its archives, through every change of schema."""

    tenant = models.OneToOneField(Tenant, primary_key=True, on_delete=models.CASCADE, related_name="archive_policy")
    lineage = models.UUIDField(default=uuid.uuid4, unique=True)
    is_nightly = models.BooleanField(default=True)
    keep_days = models.IntegerField(default=7)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(keep_days__gte=1, keep_days__lte=90), name="archive_is_kept_a_while")
        ]


class Archive(models.Model):
    """A finished archive file that is kept here, under ARCHIVE_ROOT/{lineage}/{token}.shopstead."""

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=26, unique=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="archives")
    reason = models.CharField(max_length=20, choices=ArchiveReason)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    rows_count = models.BigIntegerField()
    files_count = models.IntegerField()
    actor = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "-made_at"], name="archive_newest"),
            models.Index(fields=["expires_at"], name="archive_expiry"),
        ]


class Restoration(models.Model):
    """A schema being made from an archive: it belongs to somebody from its first byte, so that a crash leaves no orphan.

    In place, `idle_schema_name` keeps the store as it was until `drop_idle_at`; taken back, it names what was restored.
    FAILED is what has been given up and is being cleared away.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=26, unique=True)
    state = models.CharField(max_length=10, choices=RestorationState, default=RestorationState.LOADING)
    schema_name = models.CharField(max_length=63, unique=True)
    tenant = models.ForeignKey(Tenant, null=True, blank=True, on_delete=models.CASCADE, related_name="restorations")
    is_in_place = models.BooleanField(default=False)
    archive_made_at = models.DateTimeField(null=True, blank=True)
    idle_schema_name = models.CharField(max_length=63, blank=True)
    drop_idle_at = models.DateTimeField(null=True, blank=True)
    idle_dropped_at = models.DateTimeField(null=True, blank=True)
    facts_before = models.JSONField(
        default=dict, db_default={}, help_text="Name, currency and so on, for the way back."
    )
    told = models.JSONField(default=list, help_text="What did not come along: see `tenants.archive.leftovers`.")
    actor = models.CharField(max_length=254)
    seen_at = models.DateTimeField(help_text="When whoever loads it was last heard of.")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(schema_name__regex=r"^t_[0-9a-f]{20}$"), name="restoration_is_generated"
            ),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=Q(state=RestorationState.LOADING),
                name="restoration_one_at_a_time",
            ),
        ]


class Sandbox(models.Model):
    """The mark of a store that is a copy for trying things out. It never sells and never writes to a shopper."""

    tenant = models.OneToOneField(Tenant, primary_key=True, on_delete=models.CASCADE, related_name="sandbox")
    origin = models.ForeignKey(Tenant, null=True, on_delete=models.SET_NULL, related_name="sandboxes")
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()


class Deletion(models.Model):
    """A store on its way out and, once it is gone, its tombstone.

    `token` is an opaque name; what could tell whose store it was is blanked with the last step. The address may be had
    again from `slug_free_at` on; until then only its hash is kept.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=26, unique=True)
    tenant_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=DeletionState, default=DeletionState.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=254)
    slug_hash = models.CharField(max_length=64, db_index=True)
    slug_free_at = models.DateTimeField(null=True, blank=True)
    farewell = models.JSONField(default=dict, help_text="Whom the last mail goes to; empty afterwards.")
    erased = models.JSONField(default=dict, help_text="What was erased, in counts by name.")
    steps_done = models.JSONField(default=list)
    schemas = models.JSONField(default=list)
    state_before = models.CharField(max_length=20, blank=True)
    reason_before = models.CharField(max_length=200, blank=True, default="", db_default="")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    OPEN: ClassVar[tuple[str, ...]] = (DeletionState.WAITING, DeletionState.ERASING)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id"], condition=Q(state__in=["waiting", "erasing"]), name="deletion_one_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="deletion_due", condition=Q(state__in=["waiting", "erasing"])),
        ]


class Erasure(models.Model):
    """A person whose data a store has erased, by hash. It is kept outside the archives and applied after every restore."""

    id = models.BigAutoField(primary_key=True)
    lineage = models.UUIDField()
    subject_hash = models.CharField(max_length=64)
    erased_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lineage", "subject_hash"], name="erasure_is_once_a_person")]
