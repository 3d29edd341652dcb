"""The list of orders as its address says it, and what it offers to say."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.lists.state import ListAddress
from storefront.orders.enums import FulfillmentStatus, OrderSource, PaymentStatus
from storefront.orders.selectors import DAYS, HELD, OrderFilter

COLUMNS = ("placed", "customer", "payment", "fulfillment", "items", "delivery", "tags", "source", "total")
DEFAULT_COLUMNS = ("placed", "customer", "payment", "fulfillment", "items", "delivery", "total")


def column_labels() -> dict[str, str]:
    """Return what the columns are called."""
    return {
        "placed": _("Placed"),
        "customer": _("Customer"),
        "payment": _("Payment"),
        "fulfillment": _("Fulfillment"),
        "items": _("Items"),
        "delivery": _("Delivery"),
        "tags": _("Tags"),
        "source": _("Channel"),
        "total": _("Total"),
    }


class ListState(ListAddress):
    """What an address asks the list for."""

    page = "dashboard_orders"
    every_column = COLUMNS
    first_columns = DEFAULT_COLUMNS

    def __init__(self, given: QueryDict) -> None:
        self.filter = OrderFilter.read(given)
        self.view = self.filter.view
        chosen = self.filter
        filters = {
            "view": self.view,
            "q": chosen.text,
            "payment": ",".join(chosen.payment),
            "fulfillment": ",".join(chosen.fulfillment),
            "source": chosen.source,
            "delivery": chosen.delivery,
            "tag": chosen.tag,
            "pickup": "1" if chosen.is_pickup else "",
            "days": str(chosen.days or ""),
            "sort": "oldest" if chosen.oldest_first else "",
        }
        super().__init__(given, filters)

    def chips(self) -> list[dict[str, str]]:
        """Return the filters that are set, each with the address that drops it."""
        chosen = self.filter
        fulfillments = fulfillment_words()
        said = {
            "payment": (_("Payment"), ", ".join(str(PaymentStatus(one).label) for one in chosen.payment)),
            "fulfillment": (_("Fulfillment"), ", ".join(fulfillments[one] for one in chosen.fulfillment)),
            "days": (_("Placed"), day_words(chosen.days) if chosen.days else ""),
            "delivery": (_("Delivery"), chosen.delivery),
            "pickup": (_("Delivery"), _("Picked up") if chosen.is_pickup else ""),
            "tag": (_("Tag"), chosen.tag),
            "source": (_("Channel"), str(OrderSource(chosen.source).label) if chosen.source else ""),
        }
        return self.list_chips(said)

    def choices(self, deliveries: set[str]) -> dict[str, Any]:
        """Return what the filters offer: value, words, chosen or not; `deliveries` are those of the rows in sight."""
        chosen = self.filter
        return {
            "payments": [(one.value, one.label, one.value in chosen.payment) for one in PaymentStatus],
            "fulfillments": [(key, words, key in chosen.fulfillment) for key, words in fulfillment_words().items()],
            "days": [(str(days), day_words(days), days == chosen.days) for days in DAYS],
            "deliveries": [
                (name, name, name == chosen.delivery) for name in sorted(deliveries | ({chosen.delivery} - {""}))
            ],
            "sources": [(one.value, one.label, one.value == chosen.source) for one in OrderSource],
        }


def fulfillment_words() -> dict[str, str]:
    """Return what a filter of fulfillment can ask for, in words."""
    return {**{one.value: str(one.label) for one in FulfillmentStatus}, HELD: _("On hold")}


def day_words(days: int) -> str:
    """Return how a filter of days is said."""
    return ngettext("last %(num)s day", "last %(num)s days", days) % {"num": days}


def read_state(query: str) -> ListState:
    """Read a query string as the list's own address."""
    return ListState(QueryDict(query.replace("%00", "")))
