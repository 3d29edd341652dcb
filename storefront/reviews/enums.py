"""Where a review stands, and why it waits."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReviewStatus(models.TextChoices):
    PENDING = "pending", pgettext_lazy("review", "Waiting")
    APPROVED = "approved", pgettext_lazy("review", "Published")
    REJECTED = "rejected", pgettext_lazy("review", "Rejected")


class HoldReason(models.TextChoices):
    """Why a review was not published by itself."""

    ALL = "all", _("Every review is looked at first")
    STRANGER = "stranger", _("Not bought here")
    LINK = "link", _("Has a link or a contact")
    WORDS = "words", _("Has a word from your list")
    REPORTED = "reported", _("Reported by shoppers")
    AGAIN = "again", _("Changed after you rejected it")


class PublishMode(models.TextChoices):
    VERIFIED = "verified", _("Publish reviews of buyers at once")
    HOLD = "hold", _("Look at every review first")


class ReportReason(models.TextChoices):
    FALSE = "false", _("It is not true")
    RUDE = "rude", _("It is insulting")
    PRIVATE = "private", _("It names somebody private")
    AD = "ad", _("It is an advertisement")
    OTHER = "other", pgettext_lazy("report", "Something else")


class ReviewSort(models.TextChoices):
    NEWEST = "newest", _("Newest")
    BEST = "best", _("Most stars")
    WORST = "worst", _("Fewest stars")
