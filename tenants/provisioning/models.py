"""The schemas that exist or are being made beside those of the stores, and the stores that would not be made."""

from django.db import models
from django.db.models import Q

from tenants.models import Tenant
from tenants.provisioning.enums import SchemaState


class PooledSchema(models.Model):
    """A schema under its final name: waiting for a store, or in the making for one.

    Together with the stores' own rows this is the whole register of schemas: what stands in neither is an orphan.
    """

    id = models.BigAutoField(primary_key=True)
    schema_name = models.CharField(max_length=63, unique=True)
    state = models.CharField(max_length=10, choices=SchemaState)
    purpose = models.CharField(max_length=20, default="pool", help_text="pool, restore, …: who is making it.")
    fingerprint = models.CharField(max_length=64, blank=True, help_text="Of the migrations that it was made from.")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(schema_name__regex=r"^t_[0-9a-f]{20}$"), name="pooled_schema_is_generated"
            ),
            models.CheckConstraint(condition=Q(state__in=SchemaState.values), name="pooled_schema_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=SchemaState.READY) | ~Q(fingerprint=""), name="pooled_schema_ready_says_from_what"
            ),
            models.CheckConstraint(
                condition=~Q(state=SchemaState.MAKING) | Q(leased_until__isnull=False),
                name="pooled_schema_making_has_a_lease",
            ),
        ]


class ProvisioningTrouble(models.Model):
    """How often a store could not be made, and why; gone once it is ready."""

    tenant = models.OneToOneField(Tenant, primary_key=True, on_delete=models.CASCADE, related_name="trouble")
    attempts_count = models.IntegerField(default=0)
    error = models.CharField(max_length=300)
    failed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(attempts_count__gt=0), name="provisioning_trouble_happened"),
        ]
