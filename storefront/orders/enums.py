"""The states of an order; payment and fulfillment are kept apart."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderStatus(models.TextChoices):
    """pending: waits for payment, hidden from lists · open: a real order · canceled · expired: never paid."""

    PENDING = "pending", pgettext_lazy("order", "Waiting for payment")
    OPEN = "open", pgettext_lazy("order", "Open")
    CANCELED = "canceled", pgettext_lazy("order", "Canceled")
    EXPIRED = "expired", pgettext_lazy("order", "Expired")


class PaymentStatus(models.TextChoices):
    PENDING = "pending", pgettext_lazy("payment", "Pending")
    PAID = "paid", pgettext_lazy("payment", "Paid")
    PARTLY_REFUNDED = "partly_refunded", pgettext_lazy("payment", "Partly refunded")
    REFUNDED = "refunded", pgettext_lazy("payment", "Refunded")
    FAILED = "failed", pgettext_lazy("payment", "Failed")


class FulfillmentStatus(models.TextChoices):
    UNFULFILLED = "unfulfilled", _("Unfulfilled")
    PARTLY_FULFILLED = "partly_fulfilled", _("Partly fulfilled")
    FULFILLED = "fulfilled", _("Fulfilled")


class OrderSource(models.TextChoices):
    WEB = "web", _("Online store")
    API = "api", _("API")
    IMPORT = "import", _("Import")
    DEMO = "demo", _("Demo")
    STAFF = "staff", _("Made by hand")


class AmendmentState(models.TextChoices):
    """open: the customer owes the difference · done: in the order · called_off: by the merchant · expired: not paid in time."""

    OPEN = "open", pgettext_lazy("amendment", "Waits for the difference")
    DONE = "done", pgettext_lazy("amendment", "In the order")
    CALLED_OFF = "called_off", pgettext_lazy("amendment", "Called off")
    EXPIRED = "expired", pgettext_lazy("amendment", "Not paid in time")
