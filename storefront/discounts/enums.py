"""What a discount does, to which goods, and for whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DiscountKind(models.TextChoices):
    """The values are those of `pricing.basket.Kind`."""

    PERCENT = "percent", _("Percentage off")
    AMOUNT = "amount", _("Amount off")
    TIERS = "tiers", _("More off the more is bought")
    BUY_GET = "buy_get", _("Buy some, get some")
    FREE_DELIVERY = "free_delivery", _("Free delivery")


class AppliesTo(models.TextChoices):
    ALL = "all", _("All products")
    COLLECTIONS = "collections", _("Chosen collections")
    PRODUCTS = "products", _("Chosen products")


class Audience(models.TextChoices):
    EVERYBODY = "everybody", _("Everybody")
    FIRST_ORDER = "first_order", _("Customers who order for the first time")
    CUSTOMERS = "customers", _("Named customers")


class DiscountState(models.TextChoices):
    """Where a discount stands at a moment; worked out, never stored."""

    ACTIVE = "active", pgettext_lazy("discount", "Active")
    SCHEDULED = "scheduled", pgettext_lazy("discount", "Scheduled")
    ENDED = "ended", pgettext_lazy("discount", "Ended")
    OFF = "off", pgettext_lazy("discount", "Switched off")
    USED_UP = "used_up", pgettext_lazy("discount", "Used up")
