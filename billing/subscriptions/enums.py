"""Stripe's subscription statuses, verbatim, and what each lets a store do."""

from django.db import models
from django.utils.translation import pgettext_lazy


class SubscriptionStatus(models.TextChoices):
    TRIALING = "trialing", pgettext_lazy("subscription", "Trial")
    ACTIVE = "active", pgettext_lazy("subscription", "Active")
    PAST_DUE = "past_due", pgettext_lazy("subscription", "Past due")
    UNPAID = "unpaid", pgettext_lazy("subscription", "Unpaid")
    PAUSED = "paused", pgettext_lazy("subscription", "Paused")
    INCOMPLETE = "incomplete", pgettext_lazy("subscription", "Incomplete")
    INCOMPLETE_EXPIRED = "incomplete_expired", pgettext_lazy("subscription", "Never started")
    CANCELED = "canceled", pgettext_lazy("subscription", "Canceled")


# Statuses in which shoppers may buy; anything else, and anything unknown, closes the checkout.
SELLING_STATUSES = frozenset({SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE})
