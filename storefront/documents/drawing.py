"""Papers as PDF: A4, one embedded font with Latin, Greek, Cyrillic and Chinese, no more of it than is used."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from storefront.documents.paper import Paper, Row

FONT = "ShopsteadPaper"
FONT_FILE = Path(__file__).parent / "fonts" / "paper.ttf"
WIDTH, HEIGHT = A4
SIDE, TOP, BOTTOM = 54.0, 56.0, 72.0
INK, SOFT, LINE = (0.114, 0.106, 0.094), (0.416, 0.388, 0.341), (0.89, 0.87, 0.83)
BODY, SMALL, LEAD, SMALL_LEAD = 9.5, 8.0, 14.0, 11.5
GAP = 10.0


def draw_pdf(papers: Iterable[Paper]) -> bytes:
    """Return the papers one after the other as one PDF; each counts its own pages."""
    _register()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    canvas.setCreator("Shopstead")
    for paper in papers:
        _Sheet(canvas, paper).draw()
    canvas.save()
    return out.getvalue()


def _register() -> None:
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE)))


def wrap(text: str, size: float, width: float) -> list[str]:
    """Break a text into lines no wider than `width` points: between words, and between Chinese signs."""
    _register()
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line, used = "", 0.0
        for piece in _short_pieces(paragraph, size, width):
            wide = pdfmetrics.stringWidth(piece, FONT, size)
            if line and used + pdfmetrics.stringWidth(piece.rstrip(), FONT, size) > width:
                lines.append(line.rstrip())
                line, used = "", 0.0
            line, used = line + piece, used + wide
        lines.append(line.rstrip())
    return lines


def _short_pieces(text: str, size: float, width: float) -> Iterator[str]:
    """Yield the pieces of a text, those that are too wide for a line cut where the line ends."""
    for piece in _pieces(text):
        rest = piece
        while len(rest) > 1 and pdfmetrics.stringWidth(rest.rstrip(), FONT, size) > width:
            fits = _fitting(rest, size, width)
            yield rest[:fits]
            rest = rest[fits:]
        yield rest


def _fitting(piece: str, size: float, width: float) -> int:
    count = 1
    while count < len(piece) and pdfmetrics.stringWidth(piece[: count + 1], FONT, size) <= width:
        count += 1
    return count


def _pieces(text: str) -> Iterator[str]:
    """Yield what may not be broken: words with the space after them, and single Chinese signs with their punctuation."""
    piece = ""
    for sign in text:
        is_wide = "\u2e80" <= sign <= "\uffef"
        closes = sign in "，。、；：！？）」』》”’"
        if is_wide and not closes and piece:
            yield piece
            piece = ""
        piece += sign
        if sign == " " or (closes and is_wide):
            yield piece
            piece = ""
    if piece:
        yield piece


class _Sheet:
    """The pages of one paper, drawn from the top down."""

    def __init__(self, canvas: Canvas, paper: Paper) -> None:
        self.canvas, self.paper = canvas, paper
        self.width = WIDTH - 2 * SIDE
        shares = sum(column.share for column in paper.columns)
        self.widths = [column.share / shares * self.width for column in paper.columns]
        self.y = HEIGHT - TOP
        self.page = 1

    def draw(self) -> None:
        self._head()
        self._table_head()
        for row in self.paper.rows:
            self._row(row)
        self._sums()
        self._notes()
        self._end_page()

    def _text(self, x: float, y: float, text: str, size: float = BODY, color: Any = INK, right: bool = False) -> None:
        self.canvas.setFillColorRGB(*color)
        self.canvas.setFont(FONT, size)
        if right:
            self.canvas.drawRightString(x, y, text)
        else:
            self.canvas.drawString(x, y, text)

    def _bold(self, x: float, y: float, text: str, size: float, right: bool = False) -> None:
        """Write with a thin edge of the same ink, so that one weight of the font does for both."""
        if right:
            x -= pdfmetrics.stringWidth(text, FONT, size)
        words = self.canvas.beginText(x, y)
        self.canvas.setFillColorRGB(*INK)
        self.canvas.setStrokeColorRGB(*INK)
        self.canvas.setLineWidth(size / 32)
        words.setFont(FONT, size)
        words.setTextRenderMode(2)
        words.textOut(text)
        words.setTextRenderMode(0)
        self.canvas.drawText(words)

    def _rule(self, y: float) -> None:
        self.canvas.setStrokeColorRGB(*LINE)
        self.canvas.setLineWidth(0.6)
        self.canvas.line(SIDE, y, WIDTH - SIDE, y)

    def _head(self) -> None:
        paper = self.paper
        self._bold(SIDE, self.y - 8, paper.sender, 12)
        for line in wrap(paper.title, 20, self.width):
            self.y -= 44 if line == paper.title else 26
            self._bold(SIDE, self.y, line, 20)
        self.y -= 26
        top = self.y
        half = self.width * 0.62
        column = half / max(len(paper.blocks), 1)
        lowest = top
        for index, (label, lines) in enumerate(paper.blocks):
            y = top
            x = SIDE + index * column
            self._text(x, y, label, SMALL, SOFT)
            for line in lines:
                for part in wrap(line, BODY, column - GAP):
                    y -= LEAD
                    self._text(x, y, part)
            lowest = min(lowest, y)
        y = top
        x, width = SIDE + half + GAP, self.width - half - GAP
        for label, value in paper.facts:
            self._text(x, y, label, SMALL, SOFT)
            for part in wrap(value, BODY, width):
                y -= LEAD - 1
                self._text(x, y, part)
            y -= LEAD + 2
        self.y = min(lowest, y + LEAD) - 30

    def _table_head(self) -> None:
        x = SIDE
        for column, width in zip(self.paper.columns, self.widths, strict=True):
            at = x + width if column.is_right else x
            self._text(at, self.y, column.label, SMALL, SOFT, right=column.is_right)
            x += width
        self.y -= 7
        self._rule(self.y)

    def _row(self, row: Row) -> None:
        cells = [
            wrap(text, BODY, width - (GAP if index == 0 else 2))
            for index, (text, width) in enumerate(zip(row.cells, self.widths, strict=True))
        ]
        below = wrap(row.below, SMALL, self.widths[0] - GAP) if row.below else []
        tall = max(len(lines) for lines in cells) * LEAD
        tall = max(tall, len(cells[0]) * LEAD + len(below) * SMALL_LEAD) + 8
        if self.y - tall < BOTTOM:
            self._next_page()
        x, top = SIDE, self.y - 4
        for column, width, lines in zip(self.paper.columns, self.widths, cells, strict=True):
            y = top
            for line in lines:
                y -= LEAD - 2 if line is lines[0] else LEAD
                self._text(x + width if column.is_right else x, y, line, right=column.is_right)
            x += width
        y = top - (len(cells[0]) - 1) * LEAD - (LEAD - 2)
        for line in below:
            y -= SMALL_LEAD
            self._text(SIDE, y, line, SMALL, SOFT)
        self.y -= tall
        self._rule(self.y)

    def _sums(self) -> None:
        paper = self.paper
        if paper.total is None:
            return
        tall = (len(paper.sums) + len(paper.after) + 3) * (LEAD + 2)
        if self.y - tall < BOTTOM:
            self._next_page(with_table=False)
        left = SIDE + self.width * 0.42
        self.y -= 8
        self._amounts(left, paper.sums)
        self.y -= LEAD + 8
        self.canvas.setStrokeColorRGB(*LINE)
        self.canvas.line(left, self.y + LEAD, WIDTH - SIDE, self.y + LEAD)
        self._bold(left, self.y, paper.total[0], 11)
        self._bold(WIDTH - SIDE, self.y, paper.total[1], 11, right=True)
        self.y -= 4
        self._amounts(left, paper.after)

    def _amounts(self, left: float, sums: Sequence[tuple[str, str]]) -> None:
        for label, amount in sums:
            for number, line in enumerate(wrap(label, BODY, WIDTH - SIDE - left - 90)):
                self.y -= LEAD + 2
                self._text(left, self.y, line, BODY, SOFT)
                if number == 0:
                    self._text(WIDTH - SIDE, self.y, amount, right=True)

    def _notes(self) -> None:
        self.y -= 20
        for note in self.paper.notes:
            for line in wrap(note, BODY, self.width):
                if self.y - LEAD < BOTTOM:
                    self._next_page(with_table=False)
                self.y -= LEAD
                self._text(SIDE, self.y, line)
            self.y -= 6

    def _next_page(self, *, with_table: bool = True) -> None:
        self._end_page()
        self.page += 1
        self.y = HEIGHT - TOP
        self._text(SIDE, self.y, f"{self.paper.title} · {self.paper.sender}", SMALL, SOFT)
        self.y -= 26
        if with_table:
            self._table_head()

    def _end_page(self) -> None:
        lines: Sequence[str] = [part for line in self.paper.footer for part in wrap(line, SMALL, self.width - 60)]
        y = BOTTOM - 26
        self._rule(y + 12)
        for line in lines[:3]:
            self._text(SIDE, y, line, SMALL, SOFT)
            y -= SMALL_LEAD
        self._text(WIDTH - SIDE, BOTTOM - 26, self.paper.page_words % {"page": self.page}, SMALL, SOFT, right=True)
        self.canvas.showPage()
