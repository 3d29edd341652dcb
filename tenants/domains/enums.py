"""The states of a claim, and what the domain name system said about it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClaimState(models.TextChoices):
    """A claim holds its names in the states of HOLDING, and in no other."""

    WAITING = "waiting", pgettext_lazy("domain", "Not proved yet")
    VERIFIED = "verified", pgettext_lazy("domain", "Connected")
    FAILING = "failing", pgettext_lazy("domain", "Proof is missing")
    RELEASED = "released", pgettext_lazy("domain", "Released")


HOLDING = (ClaimState.VERIFIED, ClaimState.FAILING)
ACTIVE = (ClaimState.WAITING, *HOLDING)


class Finding(models.TextChoices):
    """What the last look for the token found."""

    NOT_ASKED = "", _("Not looked yet")
    FOUND = "found", _("The record is right")
    NO_NAME = "no_name", _("There is no such name yet")
    NO_RECORD = "no_record", _("The name has no TXT record")
    OTHER_TOKEN = "other_token", _("The record has another value")
    OTHER_TEXT = "other_text", _("The name has other TXT records only")
    UNANSWERED = "unanswered", _("The name servers did not answer")
    TAKEN = "taken", _("Another store uses this name")
    QUARANTINED = "quarantined", _("Another store left this name not long ago")


class Pointing(models.TextChoices):
    """Where a name leads."""

    HERE = "here", _("It leads here")
    ELSEWHERE = "elsewhere", _("It leads somewhere else")
    NOWHERE = "nowhere", _("It leads nowhere yet")
    UNANSWERED = "unanswered", _("The name servers did not answer")


class ReleaseReason(models.TextChoices):
    REMOVED = "removed", _("Removed")
    PROOF_LOST = "proof_lost", _("The proof was missing for too long")
    STORE_CLOSED = "store_closed", _("The store was closed")
