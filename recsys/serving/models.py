"""Ready-made lists. A training writes a whole new set and then moves the pointer; web processes load no model."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.db.models import StoreModel


class TrainedModel(StoreModel):
    """One training: how it went, on what, and how good it is beside best-sellers."""

    id = models.BigAutoField(primary_key=True)
    state = models.CharField(max_length=10, default="running", help_text="running, ready or failed")
    tier = models.IntegerField(default=0)
    promoted = models.BooleanField(default=False)
    metrics = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    data_hash = models.CharField(max_length=64, blank=True)
    orders_count = models.IntegerField(default=0)
    customers_count = models.IntegerField(default=0)
    products_count = models.IntegerField(default=0)
    interactions_count = models.IntegerField(default=0)
    seconds = models.FloatField(null=True, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)


class ActiveModel(StoreModel):
    """The pointer to the lists in use; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    model = models.ForeignKey(TrainedModel, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="active_model_is_one_row")]


class CustomerRecommendation(StoreModel):
    """A customer's list for one slot, best first."""

    id = models.BigAutoField(primary_key=True)
    model = models.ForeignKey(TrainedModel, on_delete=models.CASCADE, db_index=False)
    customer_id = models.BigIntegerField()
    slot = models.CharField(max_length=12, help_text="for_you or buy_again")
    product_ids = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.FloatField())
    reasons = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "customer_id", "slot"], name="customer_recommendation_once")
        ]


class ProductRecommendation(StoreModel):
    """What goes with a product, best first."""

    id = models.BigAutoField(primary_key=True)
    model = models.ForeignKey(TrainedModel, on_delete=models.CASCADE, db_index=False)
    product_id = models.BigIntegerField()
    kind = models.CharField(max_length=16, help_text="similar or bought_together")
    product_ids = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.FloatField())
    reasons = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "product_id", "kind"], name="product_recommendation_once")
        ]


class TrendingProducts(StoreModel):
    """Best-sellers by how recent they are; refreshed every hour without a training."""

    slot = models.CharField(primary_key=True, max_length=12)
    product_ids = ArrayField(models.BigIntegerField())
    refreshed_at = models.DateTimeField()
