"""What a mailed link is for, and what a customer may say yes or no to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkPurpose(models.TextChoices):
    SIGN_IN = "sign_in"
    CHANGE_EMAIL = "change_email"
    DELETE_ACCOUNT = "delete_account"
    INVITATION = "invitation"


class ConsentKind(models.TextChoices):
    MARKETING = "marketing", _("News and offers by e-mail")
    PERSONAL = "personal", _("Suggestions from what you look at")
    REMINDERS = "reminders", _("A reminder when you leave a cart behind")


# The column of the customer that holds the answer of today.
CONSENT_COLUMNS = {
    ConsentKind.MARKETING: "accepts_marketing",
    ConsentKind.PERSONAL: "wants_personal",
    ConsentKind.REMINDERS: "wants_reminders",
}
