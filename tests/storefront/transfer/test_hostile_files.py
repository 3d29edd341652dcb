"""Files that mean harm: each is refused in words or read within bounds, and none costs more memory than a list may."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from storefront.transfer.errors import FileTooLarge, UnreadableFile
from storefront.transfer.files import open_table, peek_table
from tests.storefront.transfer.workbooks import MAIN, cell, row, sheet, workbook

MOST_BYTES = 160 * 1024**2
HEAD = row("Title", "Price")
GOOD = sheet(HEAD, row("Mug", "12"))
MB = 1024**2


def lies_about_its_size() -> bytes:
    """A workbook whose sheet says it is small."""
    data = bytearray(workbook(sheet(HEAD, "<row>" + "<c/>" * 3_000_000 + "</row>")))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/worksheets/sheet1.xml"))
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    return bytes(data)


def gzipped_twice() -> bytes:
    return gzip.compress(gzip.compress(b"Title\n" + b"a" * 30 * MB))


def tar_file() -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        info = tarfile.TarInfo("../../etc/cron.d/x")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"evil"))
    return data.getvalue()


def zip_of(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def many_parts() -> bytes:
    return workbook(GOOD, [(f"xl/a{n}.bin", b"") for n in range(3000)])


def laughs(depth: int = 9) -> str:
    entities = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, depth))
    return f"<!DOCTYPE worksheet [{entities}]>"


def with_texts(texts: str) -> bytes:
    body = sheet('<row><c t="s"><v>0</v></c></row>')
    return workbook(body, [("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')])


REFUSED: dict[str, Callable[[], bytes]] = {
    "gzip bomb": lambda: gzip.compress(b"a" * 40 * MB),
    "gzip bomb of rows": lambda: gzip.compress(b"Title\n" + b"\n" * 40 * MB),
    "gzip of gzip": gzipped_twice,
    "gzip cut short": lambda: gzip.compress(b"Title\nMug\n" * 9000)[:-30],
    "gzip with a wrong sum": lambda: gzip.compress(b"Title\nMug\n" * 9000)[:-8] + b"\0" * 8,
    "gzip of nothing": lambda: gzip.compress(b""),
    "gzip magic alone": lambda: b"\x1f\x8b",
    "many gzip members": lambda: gzip.compress(b"a" * 4 * MB) * 12,
    "tar of a path upwards": tar_file,
    "bzip2": lambda: bz2.compress(b"Title\nMug\n"),
    "xz": lambda: lzma.compress(b"Title\nMug\n"),
    "plain zip": lambda: zip_of(**{"products.csv": b"Title\nMug\n"}),
    "zip of zips": lambda: zip_of(**{"a.zip": zip_of(**{"b.zip": b"0" * MB})}),
    "zip head alone": lambda: b"PK\x03\x04",
    "zip head and noise": lambda: b"PK\x03\x04" + bytes(range(256)) * 40,
    "old xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "photo": lambda: b"\xff\xd8\xff\xe0" + b"\0" * 100,
    "pdf": lambda: b"%PDF-1.7\n",
    "program": lambda: b"\x7fELF\x02\x01\x01" + bytes(range(128, 256)) * 20,
    "nothing": lambda: b"",
    "empty lines": lambda: b"\n" * 1000,
    "a mark and nothing": lambda: b"\xef\xbb\xbf",
    "UTF-16 mark and nothing": lambda: b"\xff\xfe",
    "UTF-16 cut in a sign": lambda: "Title\nMug".encode("utf-16") + b"\xd8",
    "UTF-16 with half a pair": lambda: b"\xff\xfe" + "Title\n".encode("utf-16-le") + b"\x00\xd8a\x00",
    "no encoding at all": lambda: b"Title\n\xff\xff\xff\n",
    "UTF-8 that breaks in the middle": lambda: "Title\n茶\n".encode() + b"\xff\xfe\xff\n",
    "overlong UTF-8": lambda: b"Title\n\xc0\xaf\xff\n",
    "a million columns": lambda: b"," * 999_999 + b"a\n",
    "a million named columns": lambda: b",".join(b"c%d" % n for n in range(400_000)) + b"\n1\n",
    "separators alone": lambda: b";" * 3_000_000,
    "tabs alone": lambda: b"\t" * 3_000_000 + b"\na",
    "header cell of ten million signs": lambda: b'"' + b"x" * 10_000_000 + b'"\n',
    "header that never ends": lambda: b'"Title\n' + b"Mug\n" * 3_000_000,
    "too many rows": lambda: b"a\n" * 2_100_000,
    "workbook bomb": lambda: workbook(sheet(HEAD, row("a" * 40 * MB))),
    "workbook of many small rows": lambda: workbook(sheet(HEAD, "<row/>" * 5_000_000)),
    "workbook with macros": lambda: workbook(GOOD, [("xl/vbaProject.bin", b"macro")]),
    "workbook with macros elsewhere": lambda: workbook(GOOD, [("other/VBAProject.bin", b"macro")]),
    "workbook without a book": lambda: workbook(GOOD, without="xl/workbook.xml"),
    "workbook without a sheet": lambda: workbook(GOOD, without="xl/worksheets/sheet1.xml"),
    "workbook without types": lambda: workbook(GOOD, without="[Content_Types].xml"),
    "workbook of an empty sheet": lambda: workbook(sheet()),
    "workbook of noise": lambda: workbook(b"\x00\xff" * 500),
    "workbook cut short": lambda: workbook(GOOD)[:-200],
    "workbook whose sheet is HTML": lambda: workbook("<html><body><table><tr><td>Title"),
    "workbook with a billion laughs": lambda: workbook(sheet(HEAD, row("&l8;"), before=laughs())),
    "workbook with an outside entity": lambda: workbook(
        sheet(HEAD, row("&x;"), before='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    ),
    "workbook with an outside DTD": lambda: workbook(
        sheet(HEAD, before='<!DOCTYPE w SYSTEM "http://169.254.169.254/latest/meta-data">')
    ),
    "workbook with a parameter entity": lambda: workbook(
        sheet(HEAD, before='<!DOCTYPE w [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]>')
    ),
    "entity in the book": lambda: workbook(GOOD, [("xl/workbook.xml", laughs() + f'<workbook xmlns="{MAIN}"/>')]),
    "entity in the types": lambda: workbook(GOOD, [("[Content_Types].xml", laughs() + "<Types/>")]),
    "entity in the texts": lambda: workbook(GOOD, [("xl/sharedStrings.xml", laughs() + "<sst>&l8;</sst>")]),
    "cell of ten million signs": lambda: workbook(sheet(HEAD, row("abcdefghij" * 900_000))),
    "shared text of ten million signs": lambda: with_texts(f"<si><t>{'abcdefghij' * 900_000}</t></si>"),
    "shared text in many runs": lambda: with_texts("<si>" + f"<r><t>{'ab' * 5000}</t></r>" * 200 + "</si>"),
    "too many shared texts": lambda: with_texts("<si><t>a</t></si>" * 600_000),
    "row of three million cells": lambda: workbook(sheet(HEAD, "<row>" + "<c/>" * 2_000_000 + "</row>")),
    "row of things that are no cells": lambda: workbook(sheet(HEAD, "<row>" + "<x/>" * 2_000_000 + "</row>")),
    "things after the rows": lambda: workbook(sheet(HEAD, after="<x/>" * 2_000_000)),
    "row a billion": lambda: workbook(sheet(HEAD, row("Mug", "1", attributes='r="1000000000"'))),
    "five hundred and one columns": lambda: workbook(sheet(row(*[f"c{n}" for n in range(501)]))),
    "styles without end": lambda: workbook(
        GOOD, [("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 300_000}</cellXfs></styleSheet>')]
    ),
    "names without end": lambda: workbook(
        GOOD, [("xl/workbook.xml", f'<workbook xmlns="{MAIN}">{"<definedName>a</definedName>" * 100_000}</workbook>')]
    ),
    "three thousand parts": many_parts,
    "a part that lies about its size": lies_about_its_size,
    "nested deep": lambda: workbook(sheet("<row>" + "<c>" * 300_000)),
}


def read_all(data: bytes) -> tuple[int, int]:
    """Return how many rows the file gave, and how many of them with a problem."""
    rows = problems = 0
    with open_table(io.BytesIO(data)) as table:
        for line in table.rows:
            rows += 1
            problems += bool(line.problem)
    return rows, problems


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_in_words_before_it_costs_memory(name: str) -> None:
    data = REFUSED[name]()
    tracemalloc.start()
    try:
        with pytest.raises((UnreadableFile, FileTooLarge)) as caught:
            assert read_all(data)[1] == 0
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) > 20
    assert peak < MOST_BYTES, f"{peak / MB:.0f} MB"


BOUNDED: dict[str, tuple[Callable[[], bytes], int, int]] = {
    "zero bytes": (lambda: b"Title\nM\0ug\nCup\n", 2, 1),
    "a lone quote": (lambda: b'Title\nMug\n"Cup\n' + b"Bowl\n" * 1_500_000, 2, 1),
    "a lone quote within": (lambda: b'Title\nMug 5" tall\nCup\n', 2, 0),
    "a cell of ten million signs": (lambda: b"Title\nMug\n" + b"x" * 10_000_000 + b"\nCup\n", 2, 1),
    "a row of two million cells": (lambda: b"Title\n" + b"," * 2_000_000 + b"\n", 0, 0),
    "a row of line breaks in quotes": (lambda: b"Title\n" + b'"\n",' * 1_200_000, 1, 1),
    "carriage returns alone": (lambda: b"Title\rMug\rCup\r", 2, 0),
    "wrong widths": (lambda: b"Title,Price\nMug\nCup,1,2\nBowl,3\n", 3, 1),
    "a packed list that shrinks well": (lambda: gzip.compress(b"Title\n" + b"Mug\n" * 100_000), 100_000, 0),
    "formulas": (lambda: b'Title\n"=HYPERLINK(""http://x"")"\n@SUM(1)\n', 2, 0),
    "a separator line": (lambda: b"sep=;\nTitle;Price\nMug;1\n", 1, 0),
    "commas inside quoted names": (lambda: b'"GTIN, UPC, EAN";Title;Price\n1;Mug;1\n', 1, 0),
    "a formula without its value": (
        lambda: workbook(sheet(HEAD, "<row><c><f>1+1</f></c></row>", row("Mug", "1"))),
        1,
        0,
    ),
    "a sheet that claims to be huge": (
        lambda: workbook(GOOD.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')),
        1,
        0,
    ),
    "a gap of a hundred thousand rows": (
        lambda: workbook(sheet(HEAD, row("Mug", "1", attributes='r="100000"'))),
        1,
        0,
    ),
    "a cell far to the right": (
        lambda: workbook(sheet(HEAD, f'<row>{cell("Mug")}<c r="XFD2"><v>1</v></c></row>')),
        1,
        1,
    ),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_an_odd_file_is_read_row_by_row_within_bounds(name: str) -> None:
    make, rows_count, problems_count = BOUNDED[name]
    data = make()
    tracemalloc.start()
    try:
        found = read_all(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == (rows_count, problems_count)
    assert peak < MOST_BYTES, f"{peak / MB:.0f} MB"


LOOKED_AT = ["workbook bomb", "workbook with a billion laughs", "plain zip", "nothing", "a million columns"]


@pytest.mark.parametrize("name", LOOKED_AT)
def test_the_first_look_refuses_them_too(name: str) -> None:
    data = REFUSED[name]()
    tracemalloc.start()
    try:
        with pytest.raises((UnreadableFile, FileTooLarge)):
            peek_table(io.BytesIO(data), rows_count=5)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def test_there_are_enough_of_them() -> None:
    assert len(REFUSED) + len(BOUNDED) >= 80
