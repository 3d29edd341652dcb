"""Something else for goods that came back: an order of its own, which the first one has paid for; what is left goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.db.contention import tried_again
from core.ids import new_token
from storefront.catalog.models import ProductVariant
from storefront.inventory.services import reserve
from storefront.orders.enums import OrderSource, OrderStatus
from storefront.orders.models import Order, OrderLine
from storefront.orders.services import Exchange, NewLine, NewOrder, count_exchanged, note_event, place_order
from storefront.payments.models import Refund
from storefront.payments.selectors import FREE
from storefront.payments.services import PaidFacts, RefundRequest, complete_order, create_payment, refund_order
from storefront.payments.services.opening import HOLD
from storefront.pricing.totals import Totals
from storefront.returns.enums import Rest, ReturnState
from storefront.returns.errors import ReturnChanged, ReturnRefused
from storefront.returns.locks import lock_return
from storefront.returns.models import Return
from storefront.returns.selectors import Comparison, compare_exchange
from storefront.returns.services.giving_back import counts_to_refund, end_return, must_be_here


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A return that something else was sent for, and what was written to go back this very time because it costs less."""

    found: Return
    refund: Refund | None = None


@tried_again
def exchange_return(
    *,
    return_id: int,
    versions: Mapping[int, int],
    rest: Rest = Rest.MONEY,
    expected_balance: int | None = None,
    actor: str,
    now: datetime,
) -> Exchanged:
    """Send other versions for the units that are here: an order of its own that costs nothing, open at once; close the return.

    `versions` has the variant that is sent instead by the id of the order's line. Where they cost less than the units were
    paid with, `rest` says what becomes of that; money leaves after the commit (`send_refund`). Where they cost more the
    customer pays nothing, and the timeline says how much it was. Units that were refunded by hand meanwhile are not sent
    again, and those that are sent are not refunded. Asked twice it is one order.
    Raises: ReturnNotFound, ReturnStateRefused, ReturnRefused for what is no version of the same product, for an order that
    was not paid and where nothing is left to give, ReturnChanged where it comes to another sum than was seen, RefundRefused
    where less than the rest is left or nobody could have credit, InsufficientStock.
    """
    with transaction.atomic():
        found = lock_return(return_id)
        if found.exchange is not None:
            return Exchanged(found)
        must_be_here(found)
        if found.order.paid_at is None:
            raise ReturnRefused(
                gettext_lazy(
                    "This order is not paid, so nothing can be sent instead. Mark it as paid first, or close the return."
                )
            )
        counts = counts_to_refund(found)
        if not counts:
            raise ReturnRefused(
                gettext_lazy("All of it was given back already. Close the return instead. Nothing was sent.")
            )
        compared = compare_exchange(found, counts=counts, versions=versions)
        if expected_balance is not None and expected_balance != compared.balance:
            raise ReturnChanged(
                gettext_lazy("It comes to another sum now. Nothing was sent. Look at it and press again.")
            )
        lines = _choose(found, counts, versions, compared)
        token = new_token()
        # Goods are locked first, then credit, then the new order's number, then the customer, as in a checkout.
        units = [(line.variant_id, line.quantity) for line in lines]
        reserve(order_token=token, lines=units, now=now, expires_at=now + HOLD)
        refund = _give_rest(found, compared.balance, rest, actor=actor, now=now)
        found.exchange = _place(found, lines, token, actor=actor, now=now)
        count_exchanged(counts)
        data: dict[str, str | int] = {"balance": compared.balance, "rest": rest.value if compared.balance > 0 else ""}
        end_return(found, "exchanged", actor=actor, now=now, data=data)
        return Exchanged(found, refund)


def free_exchange(*, order_id: int, actor: str, now: datetime) -> None:
    """Let a return wait for money or something else again, where the order that was sent instead of its goods is called off."""
    return_id = Return.objects.filter(exchange_id=order_id).values_list("pk", flat=True).first()
    if return_id is None:
        return
    found = lock_return(return_id)
    sent = list(OrderLine.objects.filter(order_id=order_id).order_by("pk").values_list("product_id", "quantity"))
    count_exchanged({pk: -count for pk, count in _exchanged(found, sent).items()})
    found.exchange, found.state, found.closed_at = None, ReturnState.RECEIVED, None
    found.save(update_fields=["exchange", "state", "closed_at"])
    note_event(order=found.order, type="return.freed", actor=actor, now=now, data={"number": found.name})


def _exchanged(found: Return, sent: list[tuple[int | None, int]]) -> dict[int, int]:
    """Return how many units of each line of a return were exchanged for these (product, count), which are in the lines' order."""
    counts, left = {}, list(sent)
    for line in found.lines.select_related("order_line").order_by("pk"):
        if left and line.order_line.product_id == left[0][0] and left[0][1] <= (line.received_count or 0):
            counts[line.order_line_id] = min(left.pop(0)[1], line.order_line.exchanged_count)
    return counts


def _give_rest(found: Return, balance: int, rest: Rest, *, actor: str, now: datetime) -> Refund | None:
    """Write down what goes back because less is sent; whatever had gone back before counts."""
    if balance <= 0 or rest == Rest.KEPT:
        return None
    asked = RefundRequest(adjustment_amount=balance, reason=found.name, as_credit=rest == Rest.CREDIT)
    refund = refund_order(order_id=found.order_id, asked=asked, actor=actor, now=now)
    found.rest_amount += balance
    return refund


def _choose(
    found: Return, counts: Mapping[int, int], versions: Mapping[int, int], compared: Comparison
) -> list[NewLine]:
    """Return what is sent, line by line as the return has them, all of its price taken off."""
    rows = found.lines.select_related("order_line").filter(order_line_id__in=counts).order_by("pk")
    return [_line(row.order_line, counts[row.order_line_id], versions, compared) for row in rows]


def _line(old: OrderLine, count: int, versions: Mapping[int, int], compared: Comparison) -> NewLine:
    wanted = versions.get(old.pk) or old.variant_id or 0
    variant = ProductVariant.objects.select_related("product").filter(pk=wanted).first()
    if variant is None or variant.product_id != old.product_id:
        raise ReturnRefused(gettext_lazy("Choose a version of the same product."), field="versions")
    is_same = variant.pk == old.variant_id
    unit_amount = old.unit_amount if is_same else compared.prices.get(variant.pk, old.unit_amount)
    return NewLine(
        variant_id=variant.pk,
        product_id=variant.product_id,
        title=variant.product.title,
        unit_amount=unit_amount,
        quantity=count,
        variant_title=variant.title,
        sku=variant.sku or "",
        requires_shipping=variant.requires_shipping,
        cover=variant.product.cover,
        discount_amount=unit_amount * count,
    )


def _place(found: Return, lines: list[NewLine], token: str, *, actor: str, now: datetime) -> Order:
    """Place an order that owes nothing, and take its goods, which are held by its token."""
    order = place_order(new=_order(found, lines), status=OrderStatus.PENDING, actor=actor, now=now, token=token)
    payment = create_payment(order=order, provider_name=FREE, account_id="", now=now)
    facts = PaidFacts(amount=0, currency=order.currency)
    return complete_order(order_id=order.pk, payment_id=payment.pk, facts=facts, actor=actor, now=now)


def _order(found: Return, lines: list[NewLine]) -> NewOrder:
    first = found.order
    total = sum(line.discount_amount for line in lines)
    with translation.override(first.language):
        title = _("Exchange for %(number)s") % {"number": found.name}
    record = {"promotion_id": None, "title": title, "code": "", "amount": total, "shipping_amount": 0}
    return NewOrder(
        email=first.email,
        currency=first.currency,
        lines=lines,
        totals=Totals(subtotal=total, discount=total, shipping=0, tax=0, total=0, taxes_included=first.taxes_included),
        shipping_address=first.shipping_address,
        exchange=Exchange(first.store_currency, first.rate, 0) if first.rate is not None else None,
        customer_id=first.customer_id,
        shipping_method=first.shipping_method,
        language=first.language,
        source=OrderSource.STAFF,
        discounts=[record] if total else [],
    )
