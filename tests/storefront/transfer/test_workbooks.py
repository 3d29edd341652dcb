"""Reading .xlsx files as people's spreadsheet programs write them."""

import io
from datetime import date, datetime

import openpyxl

from storefront.transfer.files import open_table, peek_table


def made(*rows: list[object], hidden_first: bool = False) -> io.BytesIO:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if hidden_first:
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("Goods")
    for cells in rows:
        sheet.append(cells)
    data = io.BytesIO()
    book.save(data)
    return data


def test_cells_become_what_a_csv_file_would_hold() -> None:
    file = made(
        ["Title", "Price", "Stock", "Published", "From", "Empty"],
        ["青瓷茶杯", 12.9, 7.0, True, datetime.fromisoformat("2026-05-01 09:58:12"), None],
        ["007", "0012", 1200000, False, date(2026, 5, 1), "x\ny"],
    )
    with open_table(file) as table:
        assert table.header == ("Title", "Price", "Stock", "Published", "From", "Empty")
        assert [row.cells for row in table.rows] == [
            ["青瓷茶杯", "12.9", "7", "TRUE", "2026-05-01 09:58:12", ""],
            ["007", "0012", "1200000", "FALSE", "2026-05-01 00:00:00", "x\ny"],
        ]
        assert (table.facts.encoding_name, table.facts.lines_count) == ("Excel", 2)


def test_the_first_sheet_that_can_be_seen_is_read_and_empty_rows_keep_their_numbers() -> None:
    file = made(["Title"], ["Mug"], [None], ["Cup"], hidden_first=True)
    with open_table(file) as table:
        assert [(row.number, row.cells) for row in table.rows] == [(2, ["Mug"]), (4, ["Cup"])]


def test_the_first_look_gives_the_header_and_a_few_rows() -> None:
    file = made(["Title", "Price", None], *[[f"Mug {n}", n] for n in range(100)])
    assert peek_table(file, rows_count=2) == (("Title", "Price"), [["Mug 0", "0"], ["Mug 1", "1"]])
