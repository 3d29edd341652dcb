"""What happened to a store's files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """So many bytes came (or, below zero, went) in the files of the store with this schema."""

    schema_name: str
    bytes_count: int
