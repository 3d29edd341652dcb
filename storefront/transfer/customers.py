"""From the rows of Shopify's customer file to customers."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from storefront.customers.bulk import CustomerRow
from storefront.transfer.cells import (
    CellProblem,
    read_amount,
    read_code,
    read_country,
    read_email,
    read_flag,
    read_tags,
    read_text,
    read_whole,
)
from storefront.transfer.columns import ColumnMap
from storefront.transfer.files import Row, Table
from storefront.transfer.groups import Group, group_rows

MAX_ORDERS_COUNT = 10_000_000


def read_customers(table: Table, columns: ColumnMap, *, currency: str) -> Iterator[Group[CustomerRow]]:
    """Yield one group a customer; what they have spent is read in the store's currency."""
    return group_rows(
        table.rows,
        columns,
        key_column="email",
        read_key=partial(_read_key, columns),
        read_record=partial(_read_customer, columns, currency),
    )


def _read_key(columns: ColumnMap, row: Row) -> str:
    return columns.get(row.cells, "email").removeprefix("'").lower()


def _read_customer(columns: ColumnMap, currency: str, group: Group[CustomerRow]) -> CustomerRow:
    row = group.rows[0]
    if not group.key:
        raise CellProblem("email", "", _("We know customers by their e-mail address. Add one."))
    email = read_email(columns.get(row.cells, "email"), column="email")
    if len(group.rows) > 1:
        raise CellProblem("email", email, _("This customer is in the file twice. Keep one of the rows."))

    def cell(name: str) -> str:
        return columns.get(row.cells, name)

    fields = _read_fields(columns, row)
    orders = cell("orders")
    return CustomerRow(
        email=email,
        fields=fields,
        only_new={
            "spent_amount": read_amount(cell("spent"), column="spent", currency=currency),
            "orders_count": read_whole(orders, column="orders", lowest=0, highest=MAX_ORDERS_COUNT) if orders else 0,
        },
        address=_read_address(columns, row, fields.get("name", "")),
    )


def _read_fields(columns: ColumnMap, row: Row) -> dict[str, Any]:
    """Return the model's columns that the file names."""

    def cell(name: str) -> str:
        return columns.get(row.cells, name)

    fields: dict[str, Any] = {}
    if "first_name" in columns or "last_name" in columns:
        fields["name"] = read_text(_join_name(cell("first_name"), cell("last_name")), column="first_name", limit=160)
    if "phone" in columns or "address_phone" in columns:
        fields["phone"] = read_code(cell("phone") or cell("address_phone"), column="phone", limit=40)
    if "country" in columns:
        fields["country"] = read_country(cell("country"))
    if "accepts_marketing" in columns:
        fields["accepts_marketing"] = read_flag(cell("accepts_marketing"), column="accepts_marketing")
    if "external_id" in columns:
        fields["external_id"] = read_code(cell("external_id"), column="external_id", limit=64)
    if "note" in columns:
        fields["note"] = read_text(cell("note"), column="note", limit=20_000)
    if "tags" in columns:
        fields["tags"] = read_tags(cell("tags"), column="tags")
    return fields


def _join_name(first: str, last: str) -> str:
    """Return the whole name, in the order of the language it is written in."""
    if first and last and all("\u3400" <= char <= "\u9fff" for char in first + last):
        return f"{last}{first}"
    return f"{first} {last}".strip()


def _read_address(columns: ColumnMap, row: Row, name: str) -> dict[str, str] | None:
    """Return the default address where the file has enough of one to send a parcel to."""

    def cell(column: str, limit: int) -> str:
        return read_code(columns.get(row.cells, column), column=column, limit=limit)

    country = read_country(columns.get(row.cells, "country"))
    line1, city = cell("line1", 200), cell("city", 120)
    if not line1 or not city or len(country) != 2:
        return None
    return {
        "name": name,
        "company": cell("company", 120),
        "line1": line1,
        "line2": cell("line2", 200),
        "city": city,
        "province": cell("province", 120),
        "postcode": cell("postcode", 20),
        "country": country,
        "phone": cell("address_phone", 40) or cell("phone", 40),
    }
