"""What each store has agreed to pay; a mirror of Stripe's objects once there are any."""

from django.db import models
from django.db.models import Q

from billing.plans.models import Plan, PlanPrice
from billing.subscriptions.enums import SubscriptionStatus
from tenants.models import Tenant


class BillingAccount(models.Model):
    """A store as a customer of the platform at Stripe."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="billing_account")
    stripe_customer_id = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField()


class Subscription(models.Model):
    """A store's contract. A trial has no Stripe object yet; once it has, only Stripe's word changes the status."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="subscription")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT)
    price = models.ForeignKey(PlanPrice, null=True, blank=True, on_delete=models.PROTECT)
    status = models.CharField(max_length=20, choices=SubscriptionStatus)
    stripe_subscription_id = models.CharField(max_length=100, null=True, blank=True, unique=True)
    trial_ends_at = models.DateTimeField(null=True, blank=True)
    current_period_ends_at = models.DateTimeField(null=True, blank=True)
    cancel_at_period_end = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=SubscriptionStatus.ACTIVE) | Q(stripe_subscription_id__isnull=False),
                name="subscription_active_is_known_to_stripe",
            ),
        ]


class SubscriptionEvent(models.Model):
    """The log of a subscription's changes."""

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="events")
    type = models.CharField(max_length=60)
    actor = models.CharField(max_length=254)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
