"""The filters beside a list, with what each value would show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from core.money import format_money, minor_digits
from storefront.catalog.models import Category
from storefront.search.asking import Asked, write_amount
from storefront.search.colors import is_color, swatch
from storefront.search.facets import BRAND, CATEGORY, FIELD, KINDS, OPTION, TAG, TYPE
from storefront.search.selectors.listing import Arrangement, Listed
from storefront.search.sizes import in_size_order

SHOWN_AT_ONCE, MOST_SHOWN = 8, 60
STEP = Category.steplen
FIXED = {
    "stock": gettext_lazy("Availability"),
    CATEGORY: gettext_lazy("Category"),
    "price": gettext_lazy("Price"),
    TYPE: gettext_lazy("Kind"),
    BRAND: gettext_lazy("Brand"),
    TAG: gettext_lazy("Topic"),
}
KIND_LABELS = {
    **FIXED,
    "option": gettext_lazy("Options, such as color and size"),
    "field": gettext_lazy("Custom fields"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a filter: `count` goods would be shown with it, `url` turns it on or off."""

    value: str
    label: str
    count: int
    is_chosen: bool
    color: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter and its values: `kind` is "values", "price" or "stock"; the rest of a long one is folded away."""

    group: str
    label: str
    kind: str
    values: Sequence[Value] = ()
    low: str = ""
    high: str = ""

    @property
    def first(self) -> Sequence[Value]:
        return self.values[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> Sequence[Value]:
        return self.values[SHOWN_AT_ONCE:]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that holds now, and the address without it."""

    label: str
    url: str


def list_filters(listed: Listed, beside: Arrangement, currency: str) -> list[Filter]:
    """Return the filters that tell the goods of a list apart, as the merchant has arranged them.

    One that all or none of the goods pass is left out.
    """
    asked, grouped = listed.asked, _group(listed)
    found = []
    if asked.in_stock or 0 < listed.available_count < listed.total:
        here = Value("1", pgettext("goods", "In stock"), listed.available_count, asked.in_stock)
        found.append(Filter("stock", str(FIXED["stock"]), "stock", [here]))
    low, high = listed.prices
    if asked.has_price or high > low:
        digits = minor_digits(currency)
        bounds = [write_amount(low, digits), write_amount(-(-high // 10**digits) * 10**digits, digits)]
        found.append(Filter("price", str(FIXED["price"]), "price", low=bounds[0], high=bounds[1]))
    if len(branches := _branches(listed, beside)) > 1 or asked.chosen.get(CATEGORY):
        found.append(Filter(CATEGORY, str(FIXED[CATEGORY]), "values", branches))
    for group, values in grouped.items():
        chosen = asked.chosen.get(group, ())
        tells_apart = len(values) > 1 and any(count < listed.total for count in values.values())
        if not (tells_apart or chosen) or (group.startswith(FIELD) and group not in beside.fields):
            continue
        sizes = in_size_order(values) if len(values) <= MOST_SHOWN else None
        shown = sizes or sorted(values, key=lambda value: (value not in chosen, -values[value], value))
        found.append(
            Filter(
                group,
                label_of(group, beside),
                "values",
                [
                    Value(value, _named(group, value), values[value], value in chosen, _dot(group, value))
                    for value in shown[:MOST_SHOWN]
                ],
            )
        )
    return _arrange(found, beside.layout)


def list_chips(asked: Asked, beside: Arrangement, path: str, currency: str) -> list[Chip]:
    """Return what is chosen, each with the address that takes it off."""
    titles = {handle: title for _id, _depth, _path, handle, title in beside.tree} if CATEGORY in asked.chosen else {}
    digits = minor_digits(currency)
    chips = [
        Chip(
            titles.get(value, value) if group == CATEGORY else _named(group, value),
            asked.address(path, digits, chosen=asked.without(group, value)),
        )
        for group, values in asked.chosen.items()
        for value in values
    ]
    if asked.has_price:
        chips.append(Chip(_price(asked, currency), asked.address(path, digits, price_from=None, price_to=None)))
    if asked.in_stock:
        chips.append(Chip(pgettext("goods", "In stock"), asked.address(path, digits, in_stock=False)))
    return chips


def plain(asked: Asked) -> Asked:
    """Return the question without its filters."""
    return replace(asked, chosen={}, price_from=None, price_to=None, in_stock=False, page=1)


def label_of(group: str, beside: Arrangement) -> str:
    """Return a filter's heading."""
    return str(FIXED[group]) if group in FIXED else beside.fields.get(group) or group.partition(".")[2]


def _named(group: str, value: str) -> str:
    return {"yes": _("Yes"), "no": _("No")}.get(value, value) if group.startswith(FIELD) else value


def _dot(group: str, value: str) -> str:
    """Return the color of a value's dot: of an option such as Spruce, or of a custom field that holds a color."""
    if group.startswith(OPTION):
        return swatch(value)
    return value if group.startswith(FIELD) and is_color(value) else ""


def _branches(listed: Listed, beside: Arrangement) -> list[Value]:
    """Return the branches right below the list's own, those below a chosen one too, each with all that stands under it."""
    asked = listed.asked
    scope = next((path for _id, _depth, path, handle, _title in beside.tree if handle == asked.category), "")
    chosen = asked.chosen.get(CATEGORY, ())
    opened = [scope, *(path for _id, _depth, path, handle, _title in beside.tree if handle in chosen)]
    totals: dict[str, int] = {}
    for number, _depth, path, _handle, _title in beside.tree:
        if count := listed.categories.get(str(number)):
            for end in range(STEP, len(path) + 1, STEP):
                totals[path[:end]] = totals.get(path[:end], 0) + count
    return [
        Value(handle, title, totals.get(path, 0), handle in chosen, depth=(len(path) - len(scope)) // STEP - 1)
        for _number, _depth, path, handle, title in beside.tree
        if path[:-STEP] in opened and (totals.get(path) or handle in chosen)
    ]


def _arrange(filters: list[Filter], layout: Sequence[Mapping[str, Any]]) -> list[Filter]:
    """Return the filters in the merchant's order, without the hidden ones; new kinds stand where they usually do."""
    rows = [row for row in layout if isinstance(row, dict)]
    hidden = {row.get("key") for row in rows if not row.get("is_shown", True)}
    places = {row.get("key"): place for place, row in enumerate(rows)}
    return sorted(
        (one for one in filters if kind_of(one.group) not in hidden),
        key=lambda one: (places.get(kind_of(one.group), len(rows)), KINDS.index(kind_of(one.group))),
    )


def kind_of(group: str) -> str:
    """Return the kind a merchant arranges filters by: all options are one kind, all custom fields another."""
    return group.partition(".")[0]


def _group(listed: Listed) -> dict[str, dict[str, int]]:
    grouped: dict[str, dict[str, int]] = {}
    for key, count in listed.counts.items():
        group, _sign, value = key.partition("=")
        grouped.setdefault(group, {})[value] = count
    for group, values in listed.asked.chosen.items():
        # Categories are a tree of their own.
        for value in values if group != CATEGORY else ():
            grouped.setdefault(group, {}).setdefault(value, 0)
    return grouped


def _price(asked: Asked, currency: str) -> str:
    language = get_language() or "en"

    def written(amount: int) -> str:
        return format_money(amount, currency, language)

    if asked.price_to is None:
        return _("From %(price)s") % {"price": written(asked.price_from or 0)}
    if not asked.price_from:
        return _("Up to %(price)s") % {"price": written(asked.price_to)}
    return _("%(low)s to %(high)s") % {"low": written(asked.price_from), "high": written(asked.price_to)}
