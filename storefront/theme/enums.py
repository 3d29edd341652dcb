"""What the parts of a look may be."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    """A store has at most one draft and one published look; every earlier one is archived."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Earlier")


class Kind(models.TextChoices):
    """What a setting holds: it says how the value is checked and which control asks for it."""

    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"
    FLAG = "flag"
    COLOR = "color"
    LINK = "link"
    PICTURE = "picture"
    PARTS = "parts"
