"""What can be imported, and the two jobs of an import."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    PRODUCTS = "products", _("Products")
    GROUPS = "groups", _("Collections and categories")
    INVENTORY = "inventory", _("Stock")
    CUSTOMERS = "customers", _("Customers")
    ORDERS = "orders", _("Orders")


class FileFormat(models.TextChoices):
    """Whose names the columns have; a merchant's own list is read like Shopify's."""

    SHOPIFY = "shopify", "Shopify"
    WOOCOMMERCE = "woocommerce", "WooCommerce"


class ExportFormat(models.TextChoices):
    """`excel` is CSV with the mark that Excel knows UTF-8 by."""

    CSV = "csv", _("CSV")
    EXCEL = "excel", _("CSV for Excel")
    XLSX = "xlsx", _("Excel workbook (.xlsx)")


CHECK_JOB = "import.check"
IMPORT_JOB = "import.write"
UNDO_JOB = "import.undo"
PICTURES_JOB = "import.pictures"
EXPORT_JOB = "export.write"
