"""What a shopper asks of a list: words, filters, order, page; read from an address and written into one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from core.money import MAX_AMOUNT
from storefront.search.facets import BRAND, CATEGORY, FIELD, LONGEST_VALUE, OPTION, TAG, TYPE

TEXT_LENGTH = 200
MOST_GROUPS, MOST_VALUES = 12, 20
LAST_PAGE = 10_000
BEST, BY_RELEVANCE, FEATURED = "best", "relevance", "featured"
SORTS = {
    BY_RELEVANCE: "score DESC, sold_count DESC, id DESC",
    FEATURED: "place, sold_count DESC, id DESC",
    BEST: "sold_count DESC, id DESC",
    "newest": "published_at DESC, id DESC",
    "price": "min_price_amount, id",
    "-price": "min_price_amount DESC, id DESC",
}
_GROUPS = (BRAND, TYPE, TAG, CATEGORY)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a store's goods; amounts are minor units, `chosen` holds values by group, such as option.Color."""

    text: str = ""
    collection: str = ""
    category: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_from: int | None = None
    price_to: int | None = None
    in_stock: bool = False
    sort: str = ""
    page: int = 1

    @property
    def has_price(self) -> bool:
        return self.price_from is not None or self.price_to is not None

    @property
    def filters_count(self) -> int:
        return sum(map(len, self.chosen.values())) + self.has_price + self.in_stock

    def parameters(self, digits: int) -> list[tuple[str, str]]:
        """Return the question as parameters of an address, without what is in its path; prices in whole units."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(group, value) for group, values in sorted(self.chosen.items()) for value in values]
        for name, amount in (("from", self.price_from), ("to", self.price_to)):
            if amount is not None:
                pairs.append((name, write_amount(amount, digits)))
        if self.in_stock:
            pairs.append(("stock", "1"))
        if self.sort:
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def address(self, path: str, digits: int, **changes: Any) -> str:
        """Return the address of the question with these changes; of its first page unless a page is named."""
        pairs = replace(self, **{"page": 1, **changes}).parameters(digits)
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def without(self, group: str, value: str) -> dict[str, tuple[str, ...]]:
        """Return what stays chosen when one value is taken off."""
        left = {
            name: tuple(one for one in values if (name, one) != (group, value)) for name, values in self.chosen.items()
        }
        return {name: values for name, values in left.items() if values}


def read_asked(query: QueryDict, *, digits: int, collection: str = "", category: str = "") -> Asked:
    """Return what an address asks for; what cannot be read is passed over."""
    chosen: dict[str, tuple[str, ...]] = {}
    for group in list(query)[: 4 * MOST_GROUPS]:
        if (
            (group in _GROUPS or group.startswith((OPTION, FIELD)))
            and len(group) <= LONGEST_VALUE
            and len(chosen) < MOST_GROUPS
        ):
            values = tuple(dict.fromkeys(filter(None, map(_value, query.getlist(group)))))[:MOST_VALUES]
            if values:
                chosen[clean(group)] = values
    given: dict[str, Any] = query.dict()
    sort = given.get("sort", "")
    return Asked(
        text=clean(given.get("q", ""))[:TEXT_LENGTH].strip(),
        collection=collection.replace("\0", ""),
        category=category.replace("\0", ""),
        chosen=chosen,
        price_from=read_amount(given.get("from", ""), digits),
        price_to=read_amount(given.get("to", ""), digits),
        in_stock=given.get("stock") == "1",
        sort=sort if sort in SORTS else "",
        page=page_number(given.get("page", "")),
    )


def page_number(text: str) -> int:
    """Return a page's number from 1; what is no number is the first page."""
    return min(max(1, int(text)), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def read_amount(text: str, digits: int) -> int | None:
    """Return an amount typed in whole units ("12", "12.50", "1,200") as minor units, None for what is none."""
    whole, _dot, rest = text.strip().replace(",", "").replace(" ", "").partition(".")
    if (
        not whole.isascii()
        or not whole.isdigit()
        or len(whole) > 15
        or (rest and not (rest.isascii() and rest.isdigit()))
    ):
        return None
    return min(int(whole + rest[:digits].ljust(digits, "0")), MAX_AMOUNT)


def write_amount(amount: int, digits: int) -> str:
    """Return minor units in whole units, without zeros that say nothing."""
    whole, rest = divmod(amount, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if rest else str(whole)


def clean(text: str) -> str:
    """Return the text on one line, without letters that a database refuses."""
    text = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    return " ".join(text.split())


def _value(text: str) -> str:
    return clean(text)[:LONGEST_VALUE]
