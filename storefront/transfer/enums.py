"""What can be imported, and the two jobs of an import."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    PRODUCTS = "products", _("Products")
    CUSTOMERS = "customers", _("Customers")
    ORDERS = "orders", _("Orders")


CHECK_JOB = "import.check"
IMPORT_JOB = "import.write"
