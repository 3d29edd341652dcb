"""The file of rows that were left out: it can be mended and imported, and a spreadsheet runs nothing in it."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages

from core.tenancy import in_tenant
from core.text import neutralize
from storefront.catalog.models import Product
from storefront.transfer.results import ImportResult
from storefront.transfer.services import remove_old_files
from tenants.models import Tenant
from tests.storefront.transfer.conftest import CsvFile, import_products

FORMULAS = [
    '=HYPERLINK("http://x")',
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\0=1+1",
]


def read_back(result: ImportResult) -> list[list[str]]:
    with storages["private"].open(result.error_file) as file:
        return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(cell: str) -> None:
    assert neutralize(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-5", "-5.20", "+47", "mug", "", "a=b", "12.90"])
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert neutralize(cell) == cell


def test_bad_rows_come_back_with_the_reason_and_nothing_to_run(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    header = "Handle,Title,Vendor,Price,=evil"
    rows = [["mug", "=1+1", "-5", "x", ""], ["cup", "Cup", "", "3.00", ""]]
    result = import_products(source=csv_file(header, *rows), filename="p.csv", currency="USD", now=now)
    assert (result.created, result.rejected) == (1, 1)
    back = read_back(result)
    assert back[0] == ["Handle", "Title", "Vendor", "Price", "'=evil", "Error"]
    assert back[1][:4] == ["mug", "'=1+1", "-5", "x"]
    assert back[1][5].startswith("Price: ")
    assert len(back) == 2


def test_all_rows_of_a_product_come_back_and_can_be_imported_once_mended(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    header = "Handle,Title,Option1 Name,Option1 Value,Price"
    rows = [["tee", "=Tee", "Size", "S", "20"], ["tee", "", "", "M", "bad"]]
    result = import_products(source=csv_file(header, *rows), filename="p.csv", currency="USD", now=now)
    back = read_back(result)
    assert [row[-1][:8] for row in back[1:]] == ["Left out", "Price: “"]
    back[2][4] = "21"
    text = io.StringIO(newline="")
    csv.writer(text).writerows(back)
    again = import_products(source=io.BytesIO(text.getvalue().encode()), filename="p.csv", currency="USD", now=now)
    assert (again.created, again.rejected, again.unused_columns) == (1, 0, [])
    assert Product.objects.get().title == "=Tee"


def test_no_file_is_kept_where_nothing_was_left_out(
    in_acme: Tenant, now: datetime, csv_file: CsvFile, private_root: Path
) -> None:
    result = import_products(source=csv_file("Title,Price", ["Mug", "1"]), filename="p.csv", currency="USD", now=now)
    assert result.error_file == ""
    assert not private_root.exists()


def test_files_lie_in_the_stores_own_folder_and_go_after_a_day(
    acme: Tenant, globex: Tenant, now: datetime, csv_file: CsvFile, private_root: Path
) -> None:
    with in_tenant(acme):
        result = import_products(source=csv_file("Title,Price", ["Mug", "x"]), filename="p", currency="USD", now=now)
        made_at = storages["private"].get_modified_time(result.error_file)
        assert (private_root / acme.schema_name / result.error_file).is_file()
        assert remove_old_files(now=made_at + timedelta(hours=23)) == 0
    with in_tenant(globex):
        assert not storages["private"].exists(result.error_file)
        assert remove_old_files(now=made_at + timedelta(hours=25)) == 0
    with in_tenant(acme):
        assert remove_old_files(now=made_at + timedelta(hours=25)) == 1
        assert not storages["private"].exists(result.error_file)


def test_only_the_first_errors_are_kept_in_memory_but_all_rows_come_back(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    rows = [[f"p{number}", "Mug", "x"] for number in range(150)]
    result = import_products(source=csv_file("Handle,Title,Price", *rows), filename="p", currency="USD", now=now)
    assert (len(result.errors), result.errors_count, len(read_back(result))) == (100, 150, 151)
