"""Who the stores are, where they live, who works there and what their plan allows."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from tenants.enums import UNFINISHED_STATES, WORKING_STATES, ProvisioningStep, Role, TenantState


class TenantQuerySet(models.QuerySet["Tenant"]):
    def working(self) -> "TenantQuerySet":
        return self.filter(state__in=WORKING_STATES)


class Tenant(TenantMixin):  # type: ignore[misc]
    """A store: one schema, one owner, one plan. `slug` is its public name, `schema_name` is generated and never reused."""

    auto_create_schema: ClassVar[bool] = False
    auto_drop_schema: ClassVar[bool] = False

    id = models.BigAutoField(primary_key=True)
    slug = models.CharField(max_length=40, unique=True)
    name = models.CharField(_("store name"), max_length=80)
    state = models.CharField(max_length=20, choices=TenantState, default=TenantState.PROVISIONING)
    step = models.CharField(max_length=20, choices=ProvisioningStep, default=ProvisioningStep.ROW)
    currency = models.CharField(max_length=3, default="USD")
    country = models.CharField(max_length=2, default="US")
    language = models.CharField(max_length=10, default="en")
    languages = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), help_text="Further ones that it is kept in."
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    shows_lowest_price = models.BooleanField(
        default=True, db_default=True, help_text="Beside a reduced price, the lowest one of the 30 days before."
    )
    contact_email = models.EmailField(max_length=254)
    plan_code = models.CharField(max_length=40, blank=True, help_text="The plan asked for at sign-up.")
    is_demo = models.BooleanField(default=False)
    suspended_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)

    # The host its storefront is linked by, where the store was found by a host.
    primary_host: str | None = None

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(schema_name__regex=r"^t_[0-9a-f]{20}$"), name="tenant_schema_is_generated"
            ),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]([a-z0-9-]{1,38}[a-z0-9])$"), name="tenant_slug_is_a_host_label"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED_STATES) | Q(step=ProvisioningStep.DONE),
                name="tenant_ready_is_finished",
            ),
            models.CheckConstraint(condition=Q(state__in=TenantState.values), name="tenant_state_is_known"),
            models.CheckConstraint(condition=Q(step__in=ProvisioningStep.values), name="tenant_step_is_known"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def further_languages(self) -> list[str]:
        """The languages besides its own that shoppers can switch to, in order."""
        return [code for code in self.languages if code != self.language]

    @property
    def is_open_for_work(self) -> bool:
        return self.state in WORKING_STATES

    @property
    def takes_orders(self) -> bool:
        """Tell whether the state lets shoppers buy; the plan has its own word in `is_checkout_open`."""
        return bool(self.state == TenantState.READY)


class Domain(DomainMixin):  # type: ignore[misc]
    """A host name of a store: lower case, no port, no trailing dot."""

    id = models.BigAutoField(primary_key=True)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(domain__regex=r"^[a-z0-9.-]+[a-z0-9]$"), name="domain_is_canonical"),
            models.UniqueConstraint(fields=["tenant"], condition=Q(is_primary=True), name="domain_one_primary_each"),
        ]


class Membership(models.Model):
    """A person's place in a store; checked on every request to its dashboard."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    last_seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "tenant"], name="membership_is_unique")]


class Entitlement(models.Model):
    """What a store may do; written by billing, read by everyone else, closed when it runs out."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="entitlements")
    key = models.CharField(max_length=40)
    value = models.BigIntegerField(null=True, blank=True, help_text="A limit; empty means without limit.")
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="entitlement_is_unique")]


class PaymentAccount(models.Model):
    """A store's account with a payment provider: the one way to find the store of an event that names an account."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="payment_accounts")
    provider = models.CharField(max_length=20)
    external_id = models.CharField(max_length=64, unique=True)
    charges_enabled = models.BooleanField(default=False)
    livemode = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "provider"], name="payment_account_one_each")]


class TenantEvent(models.Model):
    """The audit log of a store's life: who did what to it, when, and from where.

    The database refuses to change a line, and to remove one while its store lives (migration 0004); the lines go with the
    store's row. Where the platform's person looked through a member's eyes, `support_…` names that person as well.
    """

    id = models.BigAutoField(primary_key=True)
    # The database itself lets the lines go with the store: a delete that comes before the store's own is refused.
    tenant = models.ForeignKey(Tenant, on_delete=models.DO_NOTHING, related_name="events")
    type = models.CharField(max_length=60)
    actor = models.CharField(max_length=254)
    user_id = models.BigIntegerField(null=True, blank=True)
    support_user_id = models.BigIntegerField(null=True, blank=True)
    support_actor = models.CharField(max_length=254, blank=True, default="", db_default="")
    role = models.CharField(max_length=20, blank=True, default="", db_default="")
    address = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.CharField(max_length=26, blank=True, default="", db_default="")
    object_type = models.CharField(max_length=40, blank=True, default="", db_default="")
    object_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor__regex=r"[\x01-\x1f\x7f]") & ~Q(type__regex=r"[^a-z0-9_.]"),
                name="tenant_event_is_one_line",
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "-id"], name="tenant_event_by_store"),
            models.Index(fields=["-created_at", "-id"], name="tenant_event_by_time"),
            models.Index(fields=["request_id"], name="tenant_event_by_request", condition=~Q(request_id="")),
        ]
