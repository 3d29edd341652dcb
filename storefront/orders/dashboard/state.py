"""The list of orders as its address says it, and what it offers to say."""

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.orders.enums import FulfillmentStatus, OrderSource, PaymentStatus
from storefront.orders.selectors import DAYS, HELD, OrderFilter

COLUMNS = ("placed", "customer", "payment", "fulfillment", "items", "delivery", "tags", "source", "total")
DEFAULT_COLUMNS = ("placed", "customer", "payment", "fulfillment", "items", "delivery", "total")
ROWS = (25, 50, 100)
DEFAULT_ROWS = 50


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


class ListState:
    """What an address asks the list for; `values` are the parts of a query string that would ask for it again."""

    def __init__(self, given: QueryDict) -> None:
        self.filter = OrderFilter.read(given)
        asked = ",".join(given.getlist("columns")).split(",")
        self.columns = tuple(name for name in COLUMNS if name in asked) or DEFAULT_COLUMNS
        rows = given.get("rows", "")
        self.rows = int(rows) if rows in map(str, ROWS) else DEFAULT_ROWS
        self.view = self.filter.view
        chosen = self.filter
        every = {
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
            "rows": str(self.rows) if self.rows != DEFAULT_ROWS else "",
            "columns": ",".join(self.columns) if self.columns != DEFAULT_COLUMNS else "",
        }
        self.values = {name: text for name, text in every.items() if text}

    def query(self, **changes: str | None) -> str:
        """Return the query string with some values changed; None removes one."""
        return urlencode({name: value for name, value in {**self.values, **changes}.items() if value})

    def address(self, **changes: str | None) -> str:
        """Return the address of the list in this state."""
        query = self.query(**changes)
        return reverse("dashboard_orders") + (f"?{query}" if query else "")

    def chips(self) -> list[dict[str, str]]:
        """Return the filters that are set, each with the address that drops it."""
        chosen = self.filter
        said: dict[str, tuple[str, list[Any]]] = {
            "payment": (_("Payment"), [PaymentStatus(one).label for one in chosen.payment]),
            "fulfillment": (_("Fulfillment"), [fulfillment_words()[one] for one in chosen.fulfillment]),
            "days": (_("Placed"), [day_words(chosen.days)] if chosen.days else []),
            "delivery": (_("Delivery"), [chosen.delivery] if chosen.delivery else []),
            "pickup": (_("Delivery"), [_("Picked up")] if chosen.is_pickup else []),
            "tag": (_("Tag"), [chosen.tag] if chosen.tag else []),
            "source": (_("Channel"), [OrderSource(chosen.source).label] if chosen.source else []),
        }
        return [
            {
                "name": name,
                "label": label,
                "value": ", ".join(map(str, words)),
                "remove_url": self.address(**{name: None}),
            }
            for name, (label, words) in said.items()
            if words
        ]

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
