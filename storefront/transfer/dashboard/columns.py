"""What the page of columns shows, and what it sends back."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from storefront.transfer.columns import (
    AS_CUSTOM_FIELD,
    MARKET_COMPARE_AT,
    MARKET_PRICE,
    PRODUCT_FIELD,
    TEXT,
    VARIANT_FIELD,
    format_name,
    list_fields,
)
from storefront.transfer.enums import FileFormat, ImportKind
from storefront.transfer.models import ImportRun

_MADE_UP = (PRODUCT_FIELD, VARIANT_FIELD, MARKET_PRICE, MARKET_COMPARE_AT, TEXT, "attribute:")


def describe_columns(run: ImportRun, chosen: Mapping[str, str] | None = None, error: str = "") -> dict[str, Any]:
    """Return the page's context: every column of the file with samples, and what it may be."""
    kind, file_format = ImportKind(run.kind), FileFormat(run.file_format)
    fields = list_fields(kind, file_format)
    mapping = run.mapping if chosen is None else chosen
    used = {ours for ours in mapping.values() if ours}
    rows = [_describe_column(run, at, name, mapping.get(name, "")) for at, name in enumerate(run.header) if name]
    return {
        "run": run,
        "kind": kind,
        "kinds": list(ImportKind),
        "format_name": format_name(run.header, file_format),
        "options": [
            {"value": ours, "label": field.label, "is_needed": field.is_needed} for ours, field in fields.items()
        ],
        "can_be_custom": kind == ImportKind.PRODUCTS,
        "rows": rows,
        "known_count": sum(bool(row["chosen"]) for row in rows),
        "missing": [field.label for ours, field in fields.items() if field.is_needed and ours not in used],
        "error": error,
    }


def read_chosen(post: QueryDict, run: ImportRun) -> dict[str, str]:
    """Return our column by the file's own name of it; what is none of ours counts as left out."""
    kind, file_format = ImportKind(run.kind), FileFormat(run.file_format)
    known = set(list_fields(kind, file_format)) | {one for one in run.mapping.values() if one.startswith(_MADE_UP)}
    if kind == ImportKind.PRODUCTS:
        known.add(AS_CUSTOM_FIELD)
    chosen: dict[str, str] = {}
    for at, name in enumerate(run.header):
        value = post.get(f"column-{at}", "")
        if name:
            chosen[name] = value if value in known else ""
    return chosen


def _describe_column(run: ImportRun, at: int, name: str, ours: str) -> dict[str, Any]:
    made_up = next((begin for begin in _MADE_UP if ours.startswith(begin)), None)
    return {
        "at": at,
        "name": name,
        "samples": run.samples[at] if at < len(run.samples) else [],
        "chosen": ours,
        "made_up": _made_up_label(made_up, ours) if made_up else "",
    }


def _made_up_label(beginning: str, ours: str) -> str:
    rest = ours.removeprefix(beginning)
    if beginning == MARKET_PRICE:
        return _("Price in the market %(market)s") % {"market": rest}
    if beginning == MARKET_COMPARE_AT:
        return _("Compare-at price in the market %(market)s") % {"market": rest}
    if beginning == TEXT:
        return _("In another language: %(language)s") % {"language": rest.partition(":")[0]}
    if beginning == VARIANT_FIELD:
        return _("Custom field of versions: %(key)s") % {"key": rest}
    if beginning == PRODUCT_FIELD:
        return _("Custom field: %(key)s") % {"key": rest}
    return _("Attribute %(number)s") % {"number": rest.partition(":")[0]}
