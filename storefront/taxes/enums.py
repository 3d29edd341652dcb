"""How delivery is taxed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryTaxing(models.TextChoices):
    STANDARD = "standard", _("At the standard rate")
    GOODS = "goods", _("Like the goods in the parcel, by their worth")
    NONE = "none", _("Not at all")
