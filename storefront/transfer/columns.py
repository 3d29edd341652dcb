"""The names of columns in Shopify's files, old and new, and what we call them.

Source: Shopify's product, customer and order CSV templates, the classic export and the current one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from storefront.transfer.enums import ImportKind
from storefront.transfer.errors import MissingColumns

ERROR_COLUMN = "Error"

Aliases = Mapping[str, tuple[str, ...]]

PRODUCT_COLUMNS: Aliases = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title",),
    "description": ("Body (HTML)", "Description"),
    "vendor": ("Vendor",),
    "type": ("Type", "Product type"),
    "tags": ("Tags",),
    "published": ("Published", "Published on online store"),
    "status": ("Status",),
    "option1_name": ("Option1 Name",),
    "option1_value": ("Option1 Value",),
    "option2_name": ("Option2 Name",),
    "option2_value": ("Option2 Value",),
    "option3_name": ("Option3 Name",),
    "option3_value": ("Option3 Value",),
    "sku": ("Variant SKU", "SKU"),
    "barcode": ("Variant Barcode", "Variant Barcodes", "Barcode", "Barcodes"),
    "price": ("Variant Price", "Price"),
    "compare_at": ("Variant Compare At Price", "Compare-at price", "Compare At Price"),
    "taxable": ("Variant Taxable", "Charge tax"),
    "requires_shipping": ("Variant Requires Shipping", "Requires shipping"),
    "tracker": ("Variant Inventory Tracker", "Inventory tracker"),
    "quantity": ("Variant Inventory Qty", "Variant Inventory Quantity", "Inventory quantity"),
    "policy": ("Variant Inventory Policy", "Continue selling when out of stock"),
    "grams": ("Variant Grams", "Weight value (grams)"),
    "image_url": ("Image Src", "Product image URL"),
    "image_position": ("Image Position",),
    "image_alt": ("Image Alt Text",),
    "seo_title": ("SEO Title",),
    "seo_description": ("SEO Description",),
}

CUSTOMER_COLUMNS: Aliases = {
    "email": ("Email",),
    "external_id": ("Customer ID",),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "accepts_marketing": ("Accepts Email Marketing", "Accepts Marketing"),
    "company": ("Default Address Company", "Company"),
    "line1": ("Default Address Address1", "Address1"),
    "line2": ("Default Address Address2", "Address2"),
    "city": ("Default Address City", "City"),
    "province": ("Default Address Province Code", "Province", "Province Code"),
    "country": ("Default Address Country Code", "Country Code", "Country"),
    "postcode": ("Default Address Zip", "Zip"),
    "address_phone": ("Default Address Phone",),
    "phone": ("Phone",),
    "spent": ("Total Spent",),
    "orders": ("Total Orders",),
    "note": ("Note",),
    "tags": ("Tags",),
}

ORDER_COLUMNS: Aliases = {
    "name": ("Name",),
    "email": ("Email",),
    "financial_status": ("Financial Status",),
    "paid_at": ("Paid at",),
    "fulfillment_status": ("Fulfillment Status",),
    "fulfilled_at": ("Fulfilled at",),
    "accepts_marketing": ("Accepts Marketing",),
    "currency": ("Currency",),
    "subtotal": ("Subtotal",),
    "shipping": ("Shipping",),
    "taxes": ("Taxes",),
    "total": ("Total",),
    "discount": ("Discount Amount",),
    "shipping_method": ("Shipping Method",),
    "created_at": ("Created at",),
    "quantity": ("Lineitem quantity",),
    "line_name": ("Lineitem name",),
    "price": ("Lineitem price",),
    "sku": ("Lineitem sku",),
    "line_requires_shipping": ("Lineitem requires shipping",),
    "line_status": ("Lineitem fulfillment status",),
    "line_discount": ("Lineitem discount",),
    "address_name": ("Shipping Name", "Billing Name"),
    "address_company": ("Shipping Company",),
    "address_line1": ("Shipping Address1", "Shipping Street"),
    "address_line2": ("Shipping Address2",),
    "address_city": ("Shipping City",),
    "address_postcode": ("Shipping Zip",),
    "address_province": ("Shipping Province",),
    "address_country": ("Shipping Country",),
    "address_phone": ("Shipping Phone",),
    "note": ("Notes",),
    "canceled_at": ("Cancelled at",),
    "refunded": ("Refunded Amount",),
    "phone": ("Phone",),
}

COLUMNS: Mapping[ImportKind, Aliases] = {
    ImportKind.PRODUCTS: PRODUCT_COLUMNS,
    ImportKind.CUSTOMERS: CUSTOMER_COLUMNS,
    ImportKind.ORDERS: ORDER_COLUMNS,
}
REQUIRED: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.PRODUCTS: ("title",),
    ImportKind.CUSTOMERS: ("email",),
    ImportKind.ORDERS: ("name", "created_at", "total", "quantity", "line_name", "price"),
}
# Only the current generation has these; a file without any of them is read as the classic one.
_CURRENT_ONLY = {"url handle", "published on online store", "product image url", "weight value (grams)"}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where each of our columns stands in the file, by index, and which of the file's columns nothing reads."""

    header: tuple[str, ...]
    index: dict[str, int]
    unused: tuple[str, ...] = field(default=())

    def __contains__(self, name: str) -> bool:
        return name in self.index

    def get(self, cells: Sequence[str], name: str) -> str:
        """Return the trimmed cell, or an empty string where the file has no such column."""
        index = self.index.get(name)
        return cells[index].strip() if index is not None else ""

    def label(self, name: str) -> str:
        """Return what the file itself calls the column."""
        index = self.index.get(name)
        return self.header[index].strip() if index is not None else ""


def match_columns(header: Sequence[str], kind: ImportKind) -> ColumnMap:
    """Find our columns among the file's, in any case and order; the first of our names that the file has wins.

    Raises: MissingColumns.
    """
    positions: dict[str, int] = {}
    for number, name in enumerate(header):
        positions.setdefault(_fold(name), number)
    index: dict[str, int] = {}
    for ours, theirs in COLUMNS[kind].items():
        found = [positions[_fold(name)] for name in theirs if _fold(name) in positions]
        if found:
            index[ours] = found[0]
    missing = [COLUMNS[kind][name][0] for name in REQUIRED[kind] if name not in index]
    if missing:
        raise MissingColumns(
            _("The file has no column “%(missing)s”. It has: %(found)s. Is it the right file?")
            % {"missing": "”, “".join(missing), "found": ", ".join(name.strip()[:40] for name in header[:30])}
        )
    used = set(index.values())
    unused = tuple(
        name.strip() for at, name in enumerate(header) if at not in used and name.strip() not in ("", ERROR_COLUMN)
    )
    return ColumnMap(header=tuple(header), index=index, unused=unused)


def format_name(header: Sequence[str]) -> str:
    """Return how the result page calls this file's format."""
    if _CURRENT_ONLY & {_fold(name) for name in header}:
        return _("Shopify format, current")
    return _("Shopify format")


def template_header(kind: ImportKind) -> list[str]:
    """Return the header row of the file that merchants may fill in."""
    return [names[0] for names in COLUMNS[kind].values()]


def _fold(name: str) -> str:
    return " ".join(name.lower().split())
