"""What can still be sent back, until when, and what comes back already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.catalog.models import ProductVariant
from storefront.catalog.translations import say_version
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order, OrderLine
from storefront.orders.selectors import list_spoken_lines
from storefront.payments.models import RefundLine, RefundState
from storefront.returns.enums import ENDED, RUNNING, ReturnState
from storefront.returns.errors import ReturnNotFound
from storefront.returns.models import Return, ReturnLine
from storefront.returns.selectors.withdrawals import find_arrival, get_terms

TABS: dict[str, tuple[ReturnState, ...]] = {
    "asked": (ReturnState.ASKED,),
    "approved": (ReturnState.APPROVED,),
    "received": (ReturnState.RECEIVED,),
    "closed": ENDED,
}
MOST_OF_AN_ORDER = 20


@dataclass(frozen=True, slots=True)
class ReturnableLine:
    """A line of an order, its title in the reader's language, and how many of it can still be sent back."""

    line: OrderLine
    left: int


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """A return with its lines, oldest first."""

    found: Return
    lines: list[ReturnLine]

    @property
    def here(self) -> list[ReturnLine]:
        """Return the lines of which something is here."""
        return [line for line in self.lines if line.received_count]


def count_waiting() -> int:
    """Return how many returns wait for the merchant: for an answer, or for what the customer gets."""
    return Return.objects.filter(state__in=(ReturnState.ASKED, ReturnState.RECEIVED)).count()


def list_returnable(order: Order) -> list[ReturnableLine]:
    """Return the lines of which something was sent that neither comes back nor was refunded; two queries.

    Of units that were refunded, those that were never sent count first. Files cannot be sent back.
    """
    rows = (
        RefundLine.objects.filter(order_line__order=order)
        .exclude(refund__state=RefundState.FAILED)
        .values_list("order_line_id")
        .annotate(count=Sum("quantity"))
    )
    refunded = dict(rows)
    found = []
    for line in list_spoken_lines(order):
        unsent = line.quantity - line.fulfilled_count
        gone = max(line.returned_count, refunded.get(line.pk, 0) + line.exchanged_count - unsent)
        if line.requires_shipping and line.fulfilled_count > gone:
            found.append(ReturnableLine(line, line.fulfilled_count - gone))
    return found


def find_return_end(order: Order, *, now: datetime) -> datetime | None:
    """Return until when the buyer may ask to send goods of an order back, or None where they may not."""
    days = get_terms().return_days
    if not days or order.status != OrderStatus.OPEN:
        return None
    end = find_arrival(order, now=now) + timedelta(days=days)
    return end if end > now else None


def get_return(pk: int) -> Return:
    """Return a return with its order.

    Raises: ReturnNotFound.
    """
    found = (
        Return.objects.select_related("order", "order__customer", "refund__payment", "exchange").filter(pk=pk).first()
    )
    if found is None:
        raise ReturnNotFound(_("There is no such return in this store."))
    return found


def get_return_page(pk: int) -> ReturnPage:
    """Return a return with what comes back; two queries.

    Raises: ReturnNotFound.
    """
    found = get_return(pk)
    return ReturnPage(found, list(found.lines.select_related("order_line").order_by("pk")))


def list_versions(lines: Sequence[ReturnLine]) -> dict[int, list[tuple[int, str]]]:
    """Return what can be sent instead of each line, by the line of the order: variants of its product with their stock."""
    products = {line.order_line.product_id for line in lines if line.order_line.product_id is not None}
    found: dict[int | None, list[tuple[int, str]]] = {}
    for each in ProductVariant.objects.filter(product_id__in=products).order_by("position", "pk"):
        title = say_version(each) or _("the same again")
        if each.tracks_stock:
            stock = ngettext("%(num)s in stock", "%(num)s in stock", each.available_count) % {
                "num": each.available_count
            }
            title = f"{title} · {stock}"
        found.setdefault(each.product_id, []).append((each.pk, str(title)))
    return {line.order_line_id: found.get(line.order_line.product_id, []) for line in lines}


def list_of_order(order: Order) -> list[Return]:
    """Return the order's returns, newest first, each with its lines and `items_count`; two queries, one without any."""
    rows = order.returns.annotate(items_count=Sum("lines__quantity")).order_by("-pk")[:MOST_OF_AN_ORDER]
    found: list[Return] = list(rows.prefetch_related("lines__order_line").select_related("exchange"))
    for each in found:
        each.order = order
    return found


def list_returns(tab: str) -> QuerySet[Return]:
    """Return the returns of a tab with `items_count`: what waits longest first, of those that are over the newest."""
    states = TABS.get(tab, RUNNING)
    order_by = ("-asked_at", "-pk") if states == ENDED else ("asked_at", "pk")
    rows = Return.objects.filter(state__in=states).annotate(items_count=Sum("lines__quantity"))
    return rows.select_related("order", "order__customer").order_by(*order_by)


def count_tabs() -> dict[str, int]:
    """Return how many returns stand under each tab that somebody has to look after; one query."""
    rows = Return.objects.filter(state__in=RUNNING).values_list("state").annotate(count=Count("pk"))
    return dict(rows.order_by())
