"""Small files in both of Shopify's generations, and a private storage that is thrown away."""

import csv
import io
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from pytest_django import Settings

from storefront.transfer.enums import ImportKind
from storefront.transfer.services import import_file

import_products = partial(import_file, kind=ImportKind.PRODUCTS)
import_inventory = partial(import_file, kind=ImportKind.INVENTORY)
import_customers = partial(import_file, kind=ImportKind.CUSTOMERS)
import_orders = partial(import_file, kind=ImportKind.ORDERS)

CsvFile = Callable[..., io.BytesIO]


@pytest.fixture(autouse=True)
def private_root(settings: Settings, tmp_path: Path) -> Path:
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path / "private"


@pytest.fixture
def csv_file() -> CsvFile:
    """Return a function from a header and rows to a file."""

    def make(header: str, *rows: Sequence[str], encoding: str = "utf-8") -> io.BytesIO:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(header.split(","))
        writer.writerows(rows)
        return io.BytesIO(text.getvalue().encode(encoding))

    return make
