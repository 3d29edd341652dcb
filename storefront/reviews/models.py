"""What shoppers say of goods, and what the store makes of it."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.catalog.models import Product
from storefront.customers.models import Customer
from storefront.orders.models import Order
from storefront.reviews.enums import HoldReason, PublishMode, ReportReason, ReviewStatus


class Review(StoreModel):
    """One customer's word on one product; everybody sees it while it is approved.

    `photos` is a list of {path, width, height}. `rating_sum` and `reviews_count` of the product repeat what is approved here;
    only the services write them, in the same transaction and with the product held.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="reviews")
    rating = models.SmallIntegerField()
    title = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True)
    name = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, default="en")
    photos = models.JSONField(default=list)
    is_verified = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=ReviewStatus, default=ReviewStatus.PENDING)
    hold_reason = models.CharField(max_length=10, choices=HoldReason, blank=True)
    rejected_because = models.CharField(max_length=300, blank=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    reports_count = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="review_has_one_to_five_stars"),
            models.CheckConstraint(condition=Q(reports_count__gte=0), name="review_reports_are_not_negative"),
            models.UniqueConstraint(fields=["product", "customer"], name="review_once_a_customer_and_product"),
        ]
        indexes = [
            models.Index(fields=["product", "-created_at", "-id"], name="review_shown", condition=Q(status="approved")),
            models.Index(fields=["product", "rating"], name="review_stars", condition=Q(status="approved")),
            models.Index(fields=["status", "-created_at", "-id"], name="review_queue"),
        ]


class ReviewReport(StoreModel):
    """A shopper says that a review should not be there; `reporter` is a hash, so that nobody counts twice."""

    id = models.BigAutoField(primary_key=True)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="reports", db_index=False)
    reporter = models.CharField(max_length=64)
    reason = models.CharField(max_length=10, choices=ReportReason)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "reporter"], name="report_once_a_person")]


class ReviewSettings(StoreModel):
    """How the store treats reviews; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    publish_mode = models.CharField(max_length=10, choices=PublishMode, default=PublishMode.VERIFIED)
    blocked_words = models.JSONField(default=list)
    sends_invitations = models.BooleanField(default=False)
    invite_after_days = models.SmallIntegerField(default=10)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="review_settings_is_one_row"),
            models.CheckConstraint(
                condition=Q(invite_after_days__gte=1, invite_after_days__lte=30),
                name="review_invitation_within_a_month",
            ),
        ]


class ReviewInvitation(StoreModel):
    """A mail that asks a buyer for their word, once an order; its link lets them write as who bought, without an account."""

    id = models.BigAutoField(primary_key=True)
    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="review_invitation")
    nonce = models.CharField(max_length=26)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()


class Refusal(StoreModel):
    """An address that wants no such mails."""

    id = models.BigAutoField(primary_key=True)
    email = models.EmailField(max_length=254, unique=True)
    created_at = models.DateTimeField()
