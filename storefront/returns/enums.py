"""When shoppers are offered to withdraw from a contract, and what becomes of goods that they send back."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Directive (EU) 2023/2673 binds whoever sells to consumers there; Iceland, Liechtenstein and Norway follow.
EEA = frozenset(
    {
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
    }
    | {"MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"}
)
CHINA = "CN"


class Offer(models.TextChoices):
    """by_law: where the buyer's or the store's country asks for it."""

    BY_LAW = "by_law", pgettext_lazy("withdrawal", "Where the law asks for it: the European Economic Area and China")
    ALWAYS = "always", pgettext_lazy("withdrawal", "To everybody")
    NEVER = "never", pgettext_lazy("withdrawal", "To nobody")


class ReturnState(models.TextChoices):
    """asked: waits for the merchant · approved: on its way · received: here, nothing given yet · closed · refused ·
    canceled: called off before anything came."""

    ASKED = "asked", pgettext_lazy("return", "Asked")
    APPROVED = "approved", pgettext_lazy("return", "Approved")
    RECEIVED = "received", pgettext_lazy("return", "Received")
    CLOSED = "closed", pgettext_lazy("return", "Closed")
    REFUSED = "refused", pgettext_lazy("return", "Refused")
    CANCELED = "canceled", pgettext_lazy("return", "Called off")


RUNNING = (ReturnState.ASKED, ReturnState.APPROVED, ReturnState.RECEIVED)
ENDED = (ReturnState.CLOSED, ReturnState.REFUSED, ReturnState.CANCELED)


class ReturnReason(models.TextChoices):
    FIT = "fit", _("It does not fit")
    DAMAGED = "damaged", _("It is damaged or does not work")
    WRONG = "wrong", _("It is not what I ordered")
    DIFFERENT = "different", _("It is not as described")
    LATE = "late", _("It came too late")
    MIND = "mind", _("I changed my mind")
    OTHER = "other", _("Something else")


class Wish(models.TextChoices):
    """What the customer would like; the merchant decides."""

    REFUND = "refund", _("My money back")
    EXCHANGE = "exchange", _("Another size or version")


class Rest(models.TextChoices):
    """What becomes of what is left, where something cheaper is sent instead."""

    MONEY = "money", _("Back the way it was paid")
    CREDIT = "credit", _("As store credit, for the next order")
    KEPT = "kept", _("Nothing goes back")
