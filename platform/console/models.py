"""What the owner's team keeps: figures of each store, notes, support sessions, announcements, and its own log."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import LoginSession
from console.enums import Audience, Severity, SupportEnd
from tenants.models import Tenant

SUPPORT_LIFE = timedelta(minutes=30)


class StoreFacts(models.Model):
    """What a look into one store's schema said, one row a store, so that a list of stores looks into none.

    Amounts are minor units of the store's currency.
    """

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, primary_key=True, related_name="facts")
    last_order_at = models.DateTimeField(null=True, blank=True)
    last_order_name = models.CharField(max_length=40, blank=True)
    orders_30d_count = models.IntegerField(default=0)
    gmv_30d_amount = models.BigIntegerField(default=0)
    products_count = models.IntegerField(default=0)
    customers_count = models.IntegerField(default=0)
    orders_month_count = models.IntegerField(default=0)
    schema_bytes = models.BigIntegerField(default=0)
    files_bytes = models.BigIntegerField(default=0)
    migrations_behind_count = models.IntegerField(default=0)
    requests_24h_count = models.BigIntegerField(default=0)
    failed_requests_24h_count = models.BigIntegerField(default=0)
    failed_jobs_24h_count = models.IntegerField(default=0)
    differences_count = models.IntegerField(default=0, db_default=0, help_text="Payments that Stripe says otherwise.")
    refreshed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(F("last_order_at").desc(nulls_last=True), name="facts_by_last_order"),
            models.Index(fields=["-gmv_30d_amount"], name="facts_by_gmv"),
        ]

    @property
    def stored_bytes(self) -> int:
        return self.schema_bytes + self.files_bytes

    @property
    def error_rate(self) -> float | None:
        """Return the share of the last day's requests that failed on our side, or None where nobody came."""
        return self.failed_requests_24h_count / self.requests_24h_count if self.requests_24h_count else None


class StoreTraffic(models.Model):
    """How many requests a store got in an hour, and how many of them failed on our side."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="traffic")
    hour_at = models.DateTimeField()
    requests_count = models.BigIntegerField(default=0)
    failed_count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "hour_at"], name="traffic_one_row_an_hour")]


class StoreNote(models.Model):
    """A word of one of the team about a store, for the others; the store does not see it."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="notes")
    author = models.CharField(max_length=254)
    text = models.TextField()
    created_at = models.DateTimeField()


class SupportAccess(models.Model):
    """One of the owner's team in a store as one of its people: asked for with a reason, for thirty minutes at most.

    Whoever it was stays readable (`staff_email`, `as_email`) when the person is gone.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="support_accesses")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    staff_email = models.CharField(max_length=254)
    # The log-in on the platform that it was begun from, and ends with.
    login = models.ForeignKey(LoginSession, null=True, on_delete=models.SET_NULL, related_name="+")
    as_user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    as_email = models.CharField(max_length=254)
    reason = models.CharField(max_length=200)
    write_reason = models.CharField(max_length=200, blank=True)
    write_at = models.DateTimeField(null=True, blank=True)
    pass_hash = models.CharField(max_length=64, unique=True)
    pass_expires_at = models.DateTimeField()
    session_hash = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, choices=SupportEnd, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("started_at") + SUPPORT_LIFE), name="support_lasts_thirty_minutes_at_most"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="support_has_a_reason"),
            models.CheckConstraint(
                condition=Q(write_at__isnull=True, write_reason="") | (Q(write_at__isnull=False) & ~Q(write_reason="")),
                name="support_writes_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="support_ends_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["staff"], condition=Q(ended_at__isnull=True), name="support_one_session_a_person"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-started_at"], name="support_by_store")]

    @property
    def may_write(self) -> bool:
        return self.write_at is not None


class SupportRequest(models.Model):
    """A page seen or a deed done in a support session, with how it ended."""

    id = models.BigAutoField(primary_key=True)
    access = models.ForeignKey(SupportAccess, on_delete=models.CASCADE, related_name="requests")
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=300)
    status = models.IntegerField()
    was_refused = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class Announcement(models.Model):
    """A bar on the dashboards of some stores, between two moments, in both languages."""

    id = models.BigAutoField(primary_key=True)
    text_en = models.CharField(max_length=240)
    text_zh = models.CharField(max_length=240)
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.INFO)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.ALL)
    plan_codes = models.JSONField(default=list)
    states = models.JSONField(default=list)
    tenant_ids = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="announcement_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=~Q(audience=Audience.ALL) | Q(plan_codes=[], states=[], tenant_ids=[]),
                name="announcement_to_all_names_nobody",
            ),
        ]


class ConsoleEvent(models.Model):
    """What the team did that belongs to no single store; what it does to a store stands in the store's own log."""

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=60)
    actor = models.CharField(max_length=254)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)
