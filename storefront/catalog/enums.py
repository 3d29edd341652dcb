"""The states and kinds of what a store sells."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProductStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("product", "Draft")
    SCHEDULED = "scheduled", pgettext_lazy("product", "Scheduled")
    ACTIVE = "active", pgettext_lazy("product", "Active")
    ARCHIVED = "archived", pgettext_lazy("product", "Archived")


class MediaKind(models.TextChoices):
    IMAGE = "image", _("Picture")
    VIDEO = "video", _("Video")
    MODEL = "model", _("3D model")


class MediaState(models.TextChoices):
    PENDING = "pending", _("Being prepared")
    READY = "ready", pgettext_lazy("picture", "Ready")
    FAILED = "failed", _("Failed")


class Match(models.TextChoices):
    ALL = "all", _("All of them")
    ANY = "any", _("Any of them")


class FieldOwner(models.TextChoices):
    PRODUCT = "product", _("Product")
    VARIANT = "variant", pgettext_lazy("product", "Version")
    COLLECTION = "collection", _("Collection")


class FieldType(models.TextChoices):
    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    INTEGER = "integer", _("Whole number")
    DECIMAL = "decimal", _("Decimal number")
    BOOLEAN = "boolean", _("Yes or no")
    DATE = "date", _("Date")
    URL = "url", _("Web address")
    COLOR = "color", _("Color")
    CHOICE = "choice", _("Choice from a list")


class RateSource(models.TextChoices):
    MANUAL = "manual", _("Typed in")
    ECB = "ecb", _("European Central Bank")


class Rounding(models.TextChoices):
    """What a converted price ends in."""

    NONE = "none", _("As calculated")
    NINETY_NINE = "99", _("Ending in .99")
    NINETY_FIVE = "95", _("Ending in .95")
    TWENTIETHS = "0.05", _("To the nearest 0.05")
    TENTHS = "0.1", _("To the nearest 0.10")
    WHOLE = "whole", _("Whole numbers")
    FIVES = "5", _("To the nearest 5")
    TENS = "10", _("To the nearest 10")
    HUNDREDS = "100", _("To the nearest 100")
    THOUSANDS = "1000", _("To the nearest 1,000")


class Label(models.TextChoices):
    """A word that goods share; the values of the last two are the product's columns."""

    TAG = "tag", _("Tags")
    VENDOR = "vendor", _("Brands")
    PRODUCT_TYPE = "product_type", _("Kinds")
