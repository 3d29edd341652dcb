"""A list of products as its address says it: filters, order, columns, rows; everything unknown in it is dropped."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from core.errors import InvalidInput
from core.money import parse_amount
from storefront.catalog.enums import ProductStatus
from storefront.catalog.selectors.filtering import DEFAULT_SORT, SORTS, ProductFilter

STATUSES = tuple(ProductStatus.values)
ROWS = ("25", "50", "100")
COLUMNS = ("status", "stock", "price", "category", "sold", "updated", "sku", "tags", "vendor", "type")
DEFAULT_COLUMNS = ("status", "stock", "price", "category", "sold")
FILTERS = (
    *("q", "status", "category", "vendor", "type", "tag", "stock", "price_from", "price_to"),
    *("photo", "model", "language", "attention"),
)
_ONE_OF: dict[str, tuple[str, ...]] = {
    "stock": ("out", "low", "in"),
    "photo": ("yes", "no"),
    "model": ("yes", "no"),
    "attention": ("1",),
    "sort": tuple(SORTS),
    "rows": ROWS,
    "density": ("compact",),
}
_MANY_OF: dict[str, tuple[str, ...]] = {"status": STATUSES, "columns": COLUMNS}
_DEFAULTS = {"sort": DEFAULT_SORT, "rows": ROWS[0], "columns": ",".join(DEFAULT_COLUMNS)}
_TEXT_LENGTHS = {"q": 200, "vendor": 120, "type": 120, "tag": 120}


@dataclass(frozen=True, slots=True)
class ListState:
    """What an address says, without what it need not say."""

    values: dict[str, str]
    currency: str

    @classmethod
    def read(cls, given: QueryDict, currency: str) -> "ListState":
        """Read an address or a form; values that make no sense are left out."""
        values = {
            name: text for name in (*FILTERS, "sort", "rows", "columns", "density") if (text := _read(name, given))
        }
        for name in ("price_from", "price_to"):
            if name in values and _amount(values[name], currency) is None:
                del values[name]
        return cls({name: text for name, text in values.items() if _DEFAULTS.get(name) != text}, currency)

    def get(self, name: str) -> str:
        return self.values.get(name) or _DEFAULTS.get(name, "")

    def query(self, **changes: str | None) -> str:
        """Return the query string, with some values changed; None removes one."""
        values = {**self.values, **changes}
        return urlencode({name: value for name, value in values.items() if value and _DEFAULTS.get(name) != value})

    def address(self, **changes: str | None) -> str:
        """Return the address of the list in this state."""
        query = self.query(**changes)
        return reverse("dashboard_products") + (f"?{query}" if query else "")

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.get("columns").split(","))

    @property
    def rows(self) -> int:
        return int(self.get("rows"))

    @property
    def is_filtered(self) -> bool:
        return any(name in self.values for name in FILTERS)

    @property
    def filter(self) -> ProductFilter:
        """Return what the list is narrowed to."""
        values = self.values
        return ProductFilter(
            query=values.get("q", ""),
            statuses=tuple(values["status"].split(",")) if "status" in values else (),
            category_id=int(values["category"]) if "category" in values else None,
            vendor=values.get("vendor", ""),
            product_type=values.get("type", ""),
            tag=values.get("tag", ""),
            stock=values.get("stock", ""),
            price_from=_amount(values.get("price_from", ""), self.currency),
            price_to=_amount(values.get("price_to", ""), self.currency),
            photo=values.get("photo", ""),
            model=values.get("model", ""),
            language=values.get("language", ""),
            needs_attention="attention" in values,
        )


def read_query(text: str, currency: str) -> ListState:
    """Read a query string that a form or a saved view keeps."""
    return ListState.read(QueryDict(text[:4000]), currency)


def _read(name: str, given: QueryDict) -> str:
    if name in _MANY_OF:
        asked = {part for text in given.getlist(name) for part in text[:400].split(",")}
        return ",".join(part for part in _MANY_OF[name] if part in asked)
    text = given.get(name, "").replace("\0", "").strip()
    if name in _ONE_OF:
        return text if text in _ONE_OF[name] else ""
    if name == "category":
        return text if text.isascii() and text.isdigit() and len(text) < 19 else ""
    if name == "language":
        return text if text in dict(settings.LANGUAGES) else ""
    return text[: _TEXT_LENGTHS.get(name, 20)]


def _amount(text: str, currency: str) -> int | None:
    if not text:
        return None
    try:
        return max(0, parse_amount(text, currency))
    except InvalidInput:
        return None
