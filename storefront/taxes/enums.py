"""How delivery is taxed, and who counts taxes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryTaxing(models.TextChoices):
    STANDARD = "standard", _("At the standard rate")
    GOODS = "goods", _("Like the goods in the parcel, by their worth")
    NONE = "none", _("Not at all")


class TaxProviderName(models.TextChoices):
    """Who counts: the store by its own rates, or Stripe Tax on the store's own account."""

    OWN = "own", _("Your own rates, by the places below")
    STRIPE = "stripe", _("Stripe Tax, by the customer’s full address")
