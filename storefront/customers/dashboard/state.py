"""The list of customers as its address says it, and what it offers to say."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.lists.state import ListAddress
from storefront.customers.forms import country_label
from storefront.customers.selectors import SORTS, CustomerFilter
from storefront.customers.selectors.listing import LAST_ORDERS

COLUMNS = ("email", "phone", "place", "orders", "spent", "last", "consent", "tags", "since")
DEFAULT_COLUMNS = ("email", "place", "orders", "spent", "last", "consent")


def column_labels() -> dict[str, str]:
    """Return what the columns are called."""
    return {
        "email": _("E-mail"),
        "phone": _("Phone"),
        "place": pgettext("address", "Place"),
        "orders": _("Orders"),
        "spent": _("Spent"),
        "last": _("Last order"),
        "consent": _("News"),
        "tags": _("Tags"),
        "since": _("Customer since"),
    }


def sort_labels() -> dict[str, str]:
    """Return what the orders of the list are called."""
    return {
        "newest": _("Newest"),
        "recent": _("Last order"),
        "spent": _("Spent most"),
        "name": pgettext("order of a list", "Name"),
    }


class ListState(ListAddress):
    """What an address asks the list for."""

    page = "dashboard_customers"
    every_column = COLUMNS
    first_columns = DEFAULT_COLUMNS

    def __init__(self, given: QueryDict) -> None:
        self.filter = CustomerFilter.read(given)
        self.view = self.filter.view
        chosen = self.filter
        filters = {
            "view": self.view if self.view != "all" else "",
            "q": chosen.text,
            "country": chosen.country,
            "tag": chosen.tag,
            "last": str(chosen.last or ""),
            "sort": chosen.sort if chosen.sort != "newest" else "",
        }
        super().__init__(given, filters)

    def chips(self) -> list[dict[str, str]]:
        """Return the filters that are set, each with the address that drops it."""
        chosen = self.filter
        said = {
            "country": (_("Country"), country_label(chosen.country)),
            "last": (_("Last order"), last_words(chosen.last) if chosen.last else ""),
            "tag": (_("Tag"), chosen.tag),
        }
        return self.list_chips(said)

    def choices(self, countries: tuple[tuple[str, int], ...]) -> dict[str, Any]:
        """Return what the filters and the sorting offer: value, words, chosen or not; `countries` with how many there are."""
        chosen = self.filter
        known = dict(countries) if chosen.country in dict(countries) else {**dict(countries), chosen.country: 0}
        return {
            "countries": [
                (country, country_label(country), count, country == chosen.country)
                for country, count in known.items()
                if country
            ],
            "lasts": [(str(days), last_words(days), days == chosen.last) for days in LAST_ORDERS],
            "sorts": [
                (sort_labels()[key], self.address(sort=key if key != "newest" else None), key == chosen.sort)
                for key in SORTS
            ],
        }


def last_words(days: int) -> str:
    """Return how a filter of the last order is said."""
    if days < 0:
        return ngettext("longer than %(num)s day ago", "longer than %(num)s days ago", -days) % {"num": -days}
    return ngettext("last %(num)s day", "last %(num)s days", days) % {"num": days}


def read_state(query: str) -> ListState:
    """Read a query string as the list's own address."""
    return ListState(QueryDict(query.replace("%00", "")))
