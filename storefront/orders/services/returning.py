"""Units of an order that come back, counted beside those that were sent."""

from collections.abc import Mapping

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from storefront.orders.errors import OrderStateRefused
from storefront.orders.models import Order, OrderLine


def count_returned(*, order: Order, counts: Mapping[int, int]) -> None:
    """Count units by line id as coming back, or below zero as staying after all; the order's row is locked.

    Raises: OrderStateRefused for a line of another order, or more than were sent and stay; then nothing is counted.
    """
    rows = {line.pk: line for line in order.lines.filter(pk__in=counts)}
    for pk, change in counts.items():
        line = rows.get(pk)
        if line is None or not 0 <= line.returned_count + change <= line.fulfilled_count:
            raise OrderStateRefused(_("So many were not sent, or they come back already. Load the page again."))
    for pk, change in sorted(counts.items()):  # Added by the database, whose constraint sees what others have added.
        OrderLine.objects.filter(pk=pk).update(returned_count=F("returned_count") + change)


def count_restocked(counts: Mapping[int, int]) -> None:
    """Count units by line id as put back on sale; the order's row is locked, and the database refuses more than were bought."""
    for pk, count in sorted(counts.items()):
        OrderLine.objects.filter(pk=pk).update(restocked_count=F("restocked_count") + count)


def count_exchanged(counts: Mapping[int, int]) -> None:
    """Count units by line id as paid for by what is sent instead: they are not refunded; the order's row is locked."""
    for pk, count in sorted(counts.items()):
        OrderLine.objects.filter(pk=pk).update(exchanged_count=F("exchanged_count") + count)
