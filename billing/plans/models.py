"""What the platform offers to merchants."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy


class Interval(models.TextChoices):
    MONTH = "month", pgettext_lazy("billing", "Monthly")
    YEAR = "year", pgettext_lazy("billing", "Yearly")


class Plan(models.Model):
    """An offer. `names` and `summaries` are `{"en": …, "zh-hans": …}`; `features` is `{"en": […], "zh-hans": […]}`."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    names = models.JSONField()
    summaries = models.JSONField(default=dict)
    features = models.JSONField(default=dict)
    position = models.IntegerField(default=0)
    is_visible = models.BooleanField(default=True)
    is_recommended = models.BooleanField(default=False)
    trial_days = models.IntegerField(default=14)
    stripe_product_id = models.CharField(max_length=100, null=True, blank=True, unique=True)


class PlanPrice(models.Model):
    """A plan's price in one currency and interval, in minor units."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3)
    interval = models.CharField(max_length=5, choices=Interval)
    amount = models.BigIntegerField()
    is_active = models.BooleanField(default=True)
    stripe_price_id = models.CharField(max_length=100, null=True, blank=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="plan_price_is_not_negative"),
            models.UniqueConstraint(
                fields=["plan", "currency", "interval"], condition=Q(is_active=True), name="plan_price_one_active"
            ),
        ]


class PlanEntitlement(models.Model):
    """What a plan allows; an empty value means without limit."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="entitlements")
    key = models.CharField(max_length=40)
    value = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="plan_entitlement_is_unique")]
