"""Find our columns among a file's: by their names, or as the merchant has said."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from storefront.transfer.cells import spell_with_point
from storefront.transfer.columns.names import list_fields
from storefront.transfer.columns.open_names import OPEN_NAMES, PRODUCT_FIELD, TEXT, label_of, plain_key
from storefront.transfer.enums import FileFormat, ImportKind
from storefront.transfer.errors import MissingColumns

ERROR_COLUMN = "Error"
# What the mapping screen sends for a column that becomes a custom field of its own name.
AS_CUSTOM_FIELD = "custom"

# Only the current generation has these; a file without any of them is read as the classic one.
_CURRENT_ONLY = {"url handle", "published on online store", "product image url", "weight value (grams)"}
_SHOPIFY_SIGNS = {
    "handle",
    "variant price",
    "variant sku",
    "body (html)",
    "lineitem name",
    "on hand (new)",
    "customer id",
    "accepts email marketing",
    "accepts marketing",
}
_WOO_SIGNS = (
    {"regular price", "常规售价", "常规价格"},
    {"type", "类型", "類型"},
    {"name", "名称", "名稱"},
)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where each of our columns stands in the file, by index, and which of the file's columns nothing reads."""

    header: tuple[str, ...]
    index: dict[str, int]
    unused: tuple[str, ...] = field(default=())
    # Our columns whose numbers have a comma before their decimals.
    with_comma: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        return name in self.index

    def get(self, cells: Sequence[str], name: str) -> str:
        """Return the trimmed cell, or an empty string where the file has no such column.

        Raises: CellProblem for a number that should have a comma and is written in another way.
        """
        index = self.index.get(name)
        text = cells[index].strip() if index is not None else ""
        return spell_with_point(text, column=name) if text and name in self.with_comma else text

    def label(self, name: str) -> str:
        """Return what the file itself calls the column."""
        index = self.index.get(name)
        return self.header[index].strip() if index is not None else ""

    def open_names(self, beginning: str) -> dict[str, str]:
        """Return our columns that begin like this, by what follows, as (rest, our name)."""
        return {name.removeprefix(beginning): name for name in self.index if name.startswith(beginning)}


def guess_format(header: Sequence[str], kind: ImportKind) -> FileFormat:
    """Tell which shop the file comes from by its header."""
    names = {fold(name) for name in header}
    if kind == ImportKind.PRODUCTS and all(names & signs for signs in _WOO_SIGNS):
        return FileFormat.WOOCOMMERCE
    return FileFormat.SHOPIFY


def guess_kind(header: Sequence[str]) -> ImportKind | None:
    """Tell what a file holds by its header, or None."""
    names = {fold(name) for name in header}
    if "filled by" in names:
        return ImportKind.GROUPS
    if names & {"on hand (new)", "on hand (current)"}:
        return ImportKind.INVENTORY
    if names & {"lineitem name", "lineitem quantity"}:
        return ImportKind.ORDERS
    if names & {"accepts email marketing", "customer id"}:
        return ImportKind.CUSTOMERS
    if names & {"variant price", "url handle", "body (html)"} or all(names & signs for signs in _WOO_SIGNS):
        return ImportKind.PRODUCTS
    return None


def guess_fields(header: Sequence[str], kind: ImportKind, file_format: FileFormat) -> list[str]:
    """Return our column for each of the file's, in its order; an empty text where we know none."""
    fields = list_fields(kind, file_format)
    wanted: dict[str, tuple[int, str]] = {}
    for ours, one in fields.items():
        for rank, name in enumerate(one.names):
            wanted.setdefault(fold(name), (rank, ours))
    best: dict[str, tuple[int, int]] = {}
    guessed = [""] * len(header)
    for at, name in enumerate(header):
        found = wanted.get(fold(name))
        if found is None:
            open_name = _find_open_name(name.strip(), kind, file_format)
            guessed[at] = open_name if open_name and open_name not in guessed else ""
            continue
        rank, ours = found
        before = best.get(ours)
        if before is None or rank < before[0]:
            if before is not None:
                guessed[before[1]] = ""
            best[ours], guessed[at] = (rank, at), ours
    if kind == ImportKind.INVENTORY and "new" not in guessed and "current" in guessed:
        # A list with one count says what there is now.
        guessed[guessed.index("current")] = "new"
    return guessed


def _find_open_name(name: str, kind: ImportKind, file_format: FileFormat) -> str | None:
    found = OPEN_NAMES[file_format.value](name) if kind in (ImportKind.PRODUCTS, ImportKind.GROUPS) else None
    is_wanted = found is not None and (kind == ImportKind.PRODUCTS or found.startswith(TEXT))
    return found if is_wanted else None


def match_columns(
    header: Sequence[str],
    kind: ImportKind,
    *,
    file_format: FileFormat | None = None,
    chosen: Mapping[str, str] | None = None,
) -> ColumnMap:
    """Find our columns; `chosen` says by the file's own name of a column what it is, or "" to leave it out.

    Raises: MissingColumns.
    """
    file_format = file_format or guess_format(header, kind)
    fields = list_fields(kind, file_format)
    guessed = guess_fields(header, kind, file_format)
    index: dict[str, int] = {}
    for at, name in enumerate(header):
        ours = guessed[at]
        if chosen is not None and name.strip() in chosen:
            ours = chosen[name.strip()]
            if ours == AS_CUSTOM_FIELD and name.strip():
                ours = PRODUCT_FIELD + plain_key(label_of(name.strip()))
        if ours:
            index.setdefault(ours, at)
    missing = [field.names[0] for ours, field in fields.items() if field.is_needed and ours not in index]
    if missing:
        raise MissingColumns(
            _("The file has no column “%(missing)s”. It has: %(found)s. Is it the right file?")
            % {"missing": "”, “".join(missing), "found": ", ".join(name.strip()[:40] for name in header[:30])}
        )
    used = set(index.values())
    unused = tuple(
        name.strip() for at, name in enumerate(header) if at not in used and name.strip() not in ("", ERROR_COLUMN)
    )
    return ColumnMap(header=tuple(header), index=index, unused=unused)


def format_name(header: Sequence[str], file_format: FileFormat = FileFormat.SHOPIFY) -> str:
    """Return how the result page calls this file's format."""
    if file_format == FileFormat.WOOCOMMERCE:
        return _("WooCommerce format")
    if "filled by" in {fold(name) for name in header}:
        return _("Shopstead format")
    if _CURRENT_ONLY & {fold(name) for name in header}:
        return _("Shopify format, current")
    if _SHOPIFY_SIGNS & {fold(name) for name in header}:
        return _("Shopify format")
    return _("A list of your own")


def header_key(header: Sequence[str]) -> str:
    """Return what stands for this header, in any case and spacing, wherever it comes again."""
    return hashlib.sha256("\x1f".join(fold(name) for name in header).encode()).hexdigest()


def fold(name: str) -> str:
    """Return a column's name as it is compared."""
    return " ".join(name.lower().split())
