"""The states of a product."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ProductStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("product", "Draft")
    ACTIVE = "active", pgettext_lazy("product", "Active")
    ARCHIVED = "archived", pgettext_lazy("product", "Archived")
