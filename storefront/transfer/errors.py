"""What can be wrong with a whole file; what is wrong with one row is `cells.CellProblem`.

InvalidInput
├── UnreadableFile    not a CSV file, not text, broken compression
├── FileTooLarge      too many bytes, rows or columns, packed or unpacked
└── MissingColumns    a column without which nothing can be imported
"""

from typing import ClassVar

from core.errors import InvalidInput


class UnreadableFile(InvalidInput):
    code: ClassVar[str] = "unreadable_file"


class FileTooLarge(InvalidInput):
    code: ClassVar[str] = "file_too_large"


class MissingColumns(InvalidInput):
    code: ClassVar[str] = "missing_columns"
