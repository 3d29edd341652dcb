"""When shoppers are offered to withdraw from a contract."""

from django.db import models
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
