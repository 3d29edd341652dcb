"""The kinds of delivery and what their price goes by."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MethodKind(TextChoices):
    PARCEL = "parcel", _("Sent")
    PICKUP = "pickup", _("Picked up")


class Basis(TextChoices):
    FLAT = "flat", _("The same for every order")
    WEIGHT = "weight", _("By weight")
    PRICE = "price", _("By the order’s value")


class Refusal(TextChoices):
    """Why nothing is delivered to a place."""

    NOWHERE = "nowhere", _("This store does not deliver to this country.")
    REGION = (
        "region",
        _("This store delivers to parts of this country. Write the province or state to see whether yours is one."),
    )
    PART = "part", _("This store delivers to other parts of this country, but not to this one.")
    LIMIT = "limit", _("This is heavier or larger than what this store delivers there. Take something out to go on.")
