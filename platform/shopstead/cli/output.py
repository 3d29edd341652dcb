"""What the commands print: answers on stdout, progress and errors on stderr."""

import json
import sys
from typing import Any


def answer(value: Any, *, as_json: bool, lines: list[str]) -> int:
    """Print the answer as JSON or as lines and return exit code 0."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str) if as_json else "\n".join(lines))
    return 0


def fail(message: str) -> int:
    """Print what went wrong and return exit code 1."""
    print(message, file=sys.stderr)
    return 1


def progress(message: str) -> None:
    """Print a step on stderr."""
    print(message, file=sys.stderr, flush=True)


def table(rows: list[list[str]]) -> list[str]:
    """Return the rows as lines with columns of equal width; the first row is the head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
