"""The filters beside a list, with what each value would show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.money import format_money, minor_digits
from storefront.search.asking import Asked, write_amount
from storefront.search.colors import swatch
from storefront.search.facets import BRAND, CATEGORY, OPTION, TAG, TYPE
from storefront.search.selectors.listing import Listed

SHOWN_AT_ONCE, MOST_SHOWN = 8, 60
FIXED = {
    "stock": gettext_lazy("Availability"),
    CATEGORY: gettext_lazy("Category"),
    "price": gettext_lazy("Price"),
    TYPE: gettext_lazy("Kind"),
    BRAND: gettext_lazy("Brand"),
    TAG: gettext_lazy("Topic"),
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


def list_filters(listed: Listed, currency: str) -> list[Filter]:
    """Return the filters that tell the goods of a list apart: one that all or none of them pass is left out."""
    asked, grouped = listed.asked, _group(listed)
    found = []
    if asked.in_stock or 0 < listed.available_count < listed.total:
        here = Value("1", _("In stock"), listed.available_count, asked.in_stock)
        found.append(Filter("stock", str(FIXED["stock"]), "stock", [here]))
    low, high = listed.prices
    if asked.has_price or high > low:
        digits = minor_digits(currency)
        bounds = [write_amount(low, digits), write_amount(-(-high // 10**digits) * 10**digits, digits)]
        found.append(Filter("price", str(FIXED["price"]), "price", low=bounds[0], high=bounds[1]))
    for group in _order(grouped):
        values, chosen = grouped[group], asked.chosen.get(group, ())
        if len(values) < 2 and not chosen:
            continue
        shown = sorted(values, key=lambda value: (value not in chosen, -values[value], value))[:MOST_SHOWN]
        found.append(
            Filter(
                group,
                label_of(group),
                "values",
                [
                    Value(
                        value, value, values[value], value in chosen, swatch(value) if group.startswith(OPTION) else ""
                    )
                    for value in shown
                ],
            )
        )
    return found


def list_chips(asked: Asked, path: str, currency: str) -> list[Chip]:
    """Return what is chosen, each with the address that takes it off."""
    digits = minor_digits(currency)
    chips = [
        Chip(value, asked.address(path, digits, chosen=asked.without(group, value)))
        for group, values in asked.chosen.items()
        for value in values
    ]
    if asked.has_price:
        chips.append(Chip(_price(asked, currency), asked.address(path, digits, price_from=None, price_to=None)))
    if asked.in_stock:
        chips.append(Chip(_("In stock"), asked.address(path, digits, in_stock=False)))
    return chips


def plain(asked: Asked) -> Asked:
    """Return the question without its filters."""
    return replace(asked, chosen={}, price_from=None, price_to=None, in_stock=False, page=1)


def label_of(group: str) -> str:
    """Return a filter's heading."""
    return str(FIXED[group]) if group in FIXED else group.partition(".")[2]


def _group(listed: Listed) -> dict[str, dict[str, int]]:
    grouped: dict[str, dict[str, int]] = {}
    for key, count in listed.counts.items():
        group, _sign, value = key.partition("=")
        grouped.setdefault(group, {})[value] = count
    for group, values in listed.asked.chosen.items():
        for value in values:
            grouped.setdefault(group, {}).setdefault(value, 0)
    return grouped


def _order(grouped: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return the groups as they are shown: category, options, kind, brand, the merchant's own, topics."""
    ranks = {CATEGORY: 0, TYPE: 2, BRAND: 3, TAG: 5}
    return sorted(
        grouped,
        key=lambda group: (
            ranks.get(group, 1 if group.startswith(OPTION) else 4),
            -sum(grouped[group].values()),
            group,
        ),
    )


def _price(asked: Asked, currency: str) -> str:
    language = get_language() or "en"

    def written(amount: int) -> str:
        return format_money(amount, currency, language)

    if asked.price_to is None:
        return _("From %(price)s") % {"price": written(asked.price_from or 0)}
    if not asked.price_from:
        return _("Up to %(price)s") % {"price": written(asked.price_to)}
    return _("%(low)s to %(high)s") % {"low": written(asked.price_from), "high": written(asked.price_to)}
