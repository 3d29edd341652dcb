"""Reading a file: packed, encoded, too large, broken."""

import gzip
import io
from pathlib import Path

import pytest
from pytest_django import Settings

from storefront.transfer.columns import match_columns
from storefront.transfer.enums import ImportKind
from storefront.transfer.errors import FileTooLarge, MissingColumns, UnreadableFile
from storefront.transfer.files import open_table, text


def cells_of(data: bytes) -> list[list[str]]:
    with open_table(io.BytesIO(data)) as table:
        return [row.cells for row in table.rows]


def test_a_packed_file_reads_like_a_plain_one(tmp_path: Path) -> None:
    data = b"Title,Price\nMug,12.90\n"
    path = tmp_path / "products.csv.gz"
    path.write_bytes(gzip.compress(data))
    with open_table(path) as table:
        assert (table.header, [row.cells for row in table.rows]) == (("Title", "Price"), [["Mug", "12.90"]])
    assert cells_of(data) == [["Mug", "12.90"]]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8-BOM"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")],
)
def test_the_encoding_is_guessed(encoding: str, shown: str) -> None:
    with open_table(io.BytesIO("Title,Vendor\n青瓷茶杯,景德镇\n".encode(encoding))) as table:
        assert table.header == ("Title", "Vendor")
        assert [row.cells for row in table.rows] == [["青瓷茶杯", "景德镇"]]
        assert table.facts.encoding_name == shown


def test_the_encoding_is_guessed_from_the_whole_file() -> None:
    data = b"Title\n" + b"Mug\n" * 400_000 + "茶杯\n".encode("gb18030")
    assert cells_of(data)[-1] == ["茶杯"]


def test_semicolons_and_tabs_separate_too() -> None:
    assert cells_of(b"Title;Price\nMug;12.90\n") == [["Mug", "12.90"]]
    assert cells_of(b"Title\tPrice\nMug\t12.90\n") == [["Mug", "12.90"]]


def test_rows_are_numbered_like_in_a_spreadsheet_and_empty_ones_are_passed_over() -> None:
    with open_table(io.BytesIO(b'Title\n"two\nlines"\n\nMug\n')) as table:
        assert [(row.number, row.cells) for row in table.rows] == [(2, ["two\nlines"]), (4, ["Mug"])]


def test_a_row_with_too_many_cells_is_a_problem_of_that_row_alone() -> None:
    with open_table(io.BytesIO(b"Title,Price\nMug,12,90\nCup,3.00\nBowl\n")) as table:
        rows = list(table.rows)
    assert [bool(row.problem) for row in rows] == [True, False, False]
    assert "3" in rows[0].problem
    assert rows[2].cells == ["Bowl", ""]


def test_a_zero_byte_is_a_problem_of_its_row() -> None:
    with open_table(io.BytesIO(b"Title\nM\0ug\nCup\n")) as table:
        assert [bool(row.problem) for row in table.rows] == [True, False]


def test_a_quote_that_never_ends_stops_the_reading_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_CELL_CHARACTERS", 1000)
    with open_table(io.BytesIO(b'Title\nMug\n"Cup\n' + b"Bowl\n" * 1000)) as table:
        rows = list(table.rows)
    assert [row.cells for row in rows] == [["Mug"], [""]]
    assert "quotation mark" in rows[1].problem


def test_a_line_without_end_is_not_read_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_LINE_CHARACTERS", 1000)
    with open_table(io.BytesIO(b"Title\n" + b"x" * 5000)) as table:
        assert [bool(row.problem) for row in table.rows] == [True]


def test_a_zip_bomb_is_refused_before_it_is_unpacked_far() -> None:
    bomb = io.BytesIO(gzip.compress(b"a" * (40 * 1024 * 1024)))
    with pytest.raises(FileTooLarge), open_table(bomb):
        pass


def test_a_file_above_the_limit_is_refused(settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = 10
    with pytest.raises(FileTooLarge), open_table(io.BytesIO(b"Title\nMug and cup\n")):
        pass


def test_too_many_columns_or_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileTooLarge, match="1000000 columns"), open_table(io.BytesIO(b"," * 999_999 + b"a\n")):
        pass
    monkeypatch.setattr(text, "MAX_ROWS", 3)
    with pytest.raises(FileTooLarge, match="3 rows"), open_table(io.BytesIO(b"a\n" * 5)):
        pass


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"PK\x03\x04 a spreadsheet",
        b"\x89PNG\r\n",
        b"Title\n\xff\xff\xff\n",
        gzip.compress(b"Title\nMug\n" * 1000, mtime=0)[:-20],
        b"\x1f\x8bno gzip at all",
    ],
)
def test_what_is_no_csv_file_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UnreadableFile), open_table(io.BytesIO(data)) as table:
        list(table.rows)


def test_a_missing_column_is_named_with_what_was_found() -> None:
    with pytest.raises(MissingColumns) as caught:
        match_columns(["Handle", "Body"], ImportKind.PRODUCTS)
    assert "“Title”" in str(caught.value)
    assert "Handle, Body" in str(caught.value)


def test_both_generations_of_headers_mean_the_same() -> None:
    classic = match_columns(
        ["Handle", "Title", "Body (HTML)", "Variant SKU", "Variant Price", "Image Src"], ImportKind.PRODUCTS
    )
    current = match_columns(
        ["URL handle", "Title", "Description", "SKU", "Price", "Product image URL"], ImportKind.PRODUCTS
    )
    assert classic.index == current.index


def test_unknown_columns_are_named_but_not_our_own_error_column() -> None:
    assert match_columns(["title ", "Gift Card", "Error"], ImportKind.PRODUCTS).unused == ("Gift Card",)
