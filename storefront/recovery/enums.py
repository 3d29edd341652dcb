"""Whom a store reminds of a cart left behind, and what became of one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rule(models.TextChoices):
    """consent: who said yes · known: also who has bought or reached the payment before, unless they said no."""

    CONSENT = "consent", _("Only people who said yes to being reminded, or to your news")
    KNOWN = "known", _("Also people who bought before or reached the payment, unless they said no")


class Outcome(models.TextChoices):
    """waiting: its mail is on its way · mailed · all others say why there was none."""

    WAITING = "waiting", _("Mail on its way")
    MAILED = "mailed", _("Reminded")
    OFF = "off", _("Reminders were off")
    NO_CONSENT = "no_consent", _("Did not say yes")
    REFUSED = "refused", _("Said no")
    LATELY = "lately", _("Reminded a few days before")
    GONE = "gone", _("Nothing of it is left to buy")
    UNREACHABLE = "unreachable", _("No mail of yours arrives there")
    BOUGHT = "bought", _("Bought in the meantime")
