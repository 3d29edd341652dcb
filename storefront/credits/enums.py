"""Why a balance moved."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    ISSUED = "issued", _("Issued")
    SPENT = "spent", _("Paid an order")
    GIVEN_BACK = "given_back", _("Given back, the order was not paid")
    REFUNDED = "refunded", _("Refunded")
    CLOSED = "closed", _("Closed, its price was given back")
    MERGED = "merged", _("Two customers became one")
    ADJUSTED = "adjusted", _("Changed by hand")
