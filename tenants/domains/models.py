"""Merchants' claims to host names, and every change of a host for the processes that remember them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tenants.domains.enums import ACTIVE, HOLDING, ClaimState, Finding, ReleaseReason
from tenants.models import Tenant


class DomainClaim(models.Model):
    """A store's claim to a name of its merchant's, with the token that proves it; a row of each try is kept.

    `host` is the name that the proof stands under, `hosts` are the names it is for. Several stores may claim a name side by
    side; holding it is for one, which the database sees to here and in `tenants.Domain`.
    `pointing` maps each of `hosts` to where it leads: `{"state": a Pointing, "seen": [address]}`.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="domain_claims")
    host = models.CharField(max_length=253)
    hosts = ArrayField(models.CharField(max_length=253))
    token = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=20, choices=ClaimState, default=ClaimState.WAITING)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=254)
    checked_at = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True, db_index=True)
    checks_count = models.IntegerField(default=0)
    finding = models.CharField(max_length=20, choices=Finding, default=Finding.NOT_ASKED, blank=True)
    seen_texts = models.JSONField(default=list)
    pointing = models.JSONField(default=dict)
    verified_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    misses_count = models.IntegerField(default=0)
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=20, choices=ReleaseReason, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "host"], condition=Q(state__in=ACTIVE), name="claim_one_of_a_store_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["host"], condition=Q(state__in=HOLDING), name="claim_one_store_holds_a_name"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HOLDING) | Q(verified_at__isnull=False), name="claim_is_held_with_proof"
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.RELEASED) | Q(released_at__isnull=False),
                name="claim_release_has_its_time",
            ),
        ]


class HostChange(models.Model):
    """A store or a host name that changed; written by triggers, so a change by hand is written too.

    `xid` is the transaction that wrote it, which is how a reader knows what it has not seen yet whatever the order of commits.
    A row that names neither store nor host means everything.
    """

    id = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(db_index=True)
    tenant_id = models.BigIntegerField(null=True)
    host = models.CharField(max_length=253, null=True)
    changed_at = models.DateTimeField()
