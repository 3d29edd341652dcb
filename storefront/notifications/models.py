"""What a store says of its mails, and who cannot be reached by them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import pgettext_lazy

from core.db.models import StoreModel

_EMPTY_LIST = models.Value([], models.JSONField())
_EMPTY_OBJECT = models.Value({}, models.JSONField())


class ReturnReason(models.TextChoices):
    """Why an address gets no more letters."""

    BOUNCED = "bounced", pgettext_lazy("mail", "Does not arrive")
    COMPLAINED = "complained", pgettext_lazy("mail", "Called spam")


class UnreachableAddress(StoreModel):
    """An address where mails do not arrive, or whose owner called one spam; `words` are what the mail server said."""

    id = models.BigAutoField(primary_key=True)
    email = models.EmailField(max_length=254, unique=True)
    reason = models.CharField(max_length=12, choices=ReturnReason)
    words = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="unreachable_address_is_lower_case")
        ]
        indexes = [models.Index(fields=["-seen_at", "-id"], name="unreachable_newest")]


class MailSettings(StoreModel):
    """One row: who signs the mails to shoppers, who gets their answers, and what is said of each mail.

    `off` has the keys of the kinds that are not sent; `words` a sentence of the store's own as {kind: {language: text}},
    plain text of one line.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    sender_name = models.CharField(max_length=60, blank=True, help_text="Empty: the store's name.")
    reply_to = models.EmailField(max_length=254, blank=True, help_text="Empty: the store's contact address.")
    off = models.JSONField(default=list, db_default=_EMPTY_LIST)
    words = models.JSONField(default=dict, db_default=_EMPTY_OBJECT)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="mail_settings_are_one_row")]
