"""The files that the demo stores sell: PDF with a page a card, written without a library."""

from collections.abc import Sequence

_WIDTH, _HEIGHT, _MARGIN = 420, 298, 36
_LATIN = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
# Readers bring this font along: nothing is embedded.
_CHINESE = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [ << /Type /Font "
    "/Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
    "/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
    "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >> ] >>"
)


def write_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF with one small landscape page for each list of lines, the first line of each as its heading."""
    text = "".join(line for lines in pages for line in lines)
    is_latin = all(ord(letter) < 256 for letter in text)
    encoding = "cp1252" if is_latin else "utf-16-be"
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        (_LATIN if is_latin else _CHINESE).encode(),
    ]
    for number, lines in enumerate(pages):
        drawn = _draw(lines, encoding)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>".encode(),
            f"<< /Length {len(drawn)} >>\nstream\n".encode() + drawn + b"\nendstream",
        ]
    return _join(objects)


def _draw(lines: Sequence[str], encoding: str) -> bytes:
    parts, height = [], _HEIGHT - _MARGIN - 22
    for number, line in enumerate(lines):
        size = 22 if number == 0 else 12
        parts.append(f"BT /F {size} Tf {_MARGIN} {height} Td <{line.encode(encoding).hex()}> Tj ET")
        height -= 40 if number == 0 else 24
    return "\n".join(parts).encode()


def _join(objects: Sequence[bytes]) -> bytes:
    data, places = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\n"
    return bytes(data) + f"{end}startxref\n{len(data)}\n%%EOF\n".encode()
