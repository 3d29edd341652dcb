"""The list of drafts as its address says it."""

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.lists.state import ListAddress
from storefront.drafts.selectors import DraftFilter

COLUMNS = ("made", "customer", "state", "until", "items", "by", "order")
DEFAULT_COLUMNS = ("made", "customer", "state", "until", "items")


def column_labels() -> dict[str, str]:
    """Return what the columns are called."""
    return {
        "made": pgettext("a draft", "Made"),
        "customer": _("Customer"),
        "state": _("Status"),
        "until": _("Held until"),
        "items": _("Items"),
        "by": _("Made by"),
        "order": _("Order"),
    }


class ListState(ListAddress):
    """What an address asks the list for."""

    page = "dashboard_drafts"
    every_column = COLUMNS
    first_columns = DEFAULT_COLUMNS

    def __init__(self, given: QueryDict) -> None:
        self.filter = DraftFilter.read(given)
        self.view = self.filter.view
        sort = "oldest" if self.filter.oldest_first else ""
        view = self.view if self.view != "all" else ""
        super().__init__(given, {"view": view, "q": self.filter.text, "sort": sort})


def read_state(query: str) -> ListState:
    """Read a query string as the list's own address."""
    return ListState(QueryDict(query.replace("%00", "")))
