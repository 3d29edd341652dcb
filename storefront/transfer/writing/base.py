"""What each kind of import does with a batch of records: the parts that all share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from storefront.transfer.cells import CellProblem
from storefront.transfer.choices import AS_ALWAYS, Choices
from storefront.transfer.columns import ColumnMap
from storefront.transfer.enums import FileFormat
from storefront.transfer.files import Table
from storefront.transfer.groups import Group
from storefront.transfer.models import ImportRun, UndoBatch
from storefront.transfer.results import ImportResult
from storefront.transfer.samples import Sample


@dataclass(frozen=True, slots=True)
class Setting:
    """What an import needs to know of the store and of itself.

    `run` is where it is written down; without one nothing is kept to undo it by. `mall` names the files of that format.
    """

    currency: str
    language: str
    actor: str
    now: datetime
    file_format: FileFormat = FileFormat.SHOPIFY
    run: ImportRun | None = None
    mall: Mapping[str, Path] | None = None
    choices: Choices = AS_ALWAYS


@dataclass(slots=True)
class BatchOutcome:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    problems: dict[int, CellProblem] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)


class Importer(Protocol):
    """One kind of import. `take` writes, and in a dry run takes back what it wrote, so that it counts the same either way."""

    batch_size: int

    def read(self, table: Table, columns: ColumnMap) -> Iterator[Group[Any]]: ...

    def take(self, records: Sequence[Any], *, dry_run: bool) -> BatchOutcome: ...

    def conclude(self, result: ImportResult) -> None: ...


def keep_for_undo(setting: Setting, rows: Sequence[Sequence[Any]]) -> None:
    """Write down what a batch did, in the batch's own transaction."""
    if setting.run is not None and rows:
        UndoBatch.objects.create(run=setting.run, rows=list(rows))
