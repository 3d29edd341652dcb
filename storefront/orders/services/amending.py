"""Goods that join a placed order, and units that leave one that nobody has paid yet; sums always follow the lines."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from core.events import publish
from storefront.catalog.conversion import convert_back
from storefront.orders.enums import AmendmentState, OrderStatus, PaymentStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.events import OrderAmended
from storefront.orders.models import Amendment, Order, OrderLine
from storefront.orders.services.fulfilling import set_status
from storefront.orders.services.paying import note_event
from storefront.pricing.allocation import allocate

_SUMS = ("subtotal_amount", "discount_amount", "shipping_amount", "tax_amount", "shipping_tax_amount", "total_amount")


def join_amendment(*, order: Order, amendment: Amendment, actor: str, now: datetime) -> Order:
    """Move what an amendment holds into its order: lines, sums, taxes; both rows and the products are locked.

    Its goods were taken by whoever calls.
    Raises: OrderStateRefused for an order that is not open, or an amendment that was called off or is in it.
    """
    if order.status != OrderStatus.OPEN or amendment.state not in (AmendmentState.OPEN, AmendmentState.EXPIRED):
        raise OrderStateRefused(_("Only an open order can be changed. Nothing was changed."))
    lines = [
        OrderLine(order=order, total_amount=line["unit_amount"] * line["quantity"], **line) for line in amendment.lines
    ]
    OrderLine.objects.bulk_create(lines)
    order.taxes_included = amendment.taxes_included if not order.tax_amount else order.taxes_included
    for name in _SUMS:
        setattr(order, name, getattr(order, name) + getattr(amendment, name))
    count = sum(line.quantity for line in lines)
    order.items_count += count
    order.taxes = add_taxes(order.taxes, amendment.taxes)
    if amendment.shipping_amount and order.shipping_taxes is not None:
        order.shipping_taxes = add_taxes(order.shipping_taxes, amendment.shipping_taxes)
    order.discounts = [*order.discounts, *amendment.discounts]
    save_sums(order)
    amendment.state, amendment.ended_at = AmendmentState.DONE, now
    amendment.save(update_fields=["state", "ended_at"])
    data = {
        "items_count": count,
        "title": lines[0].title,
        "lines_count": len(lines),
        "amount": amendment.total_amount,
    }
    key = f"amended:{amendment.pk}"
    note_event(order=order, type="order.items_added", actor=actor, now=now, key=key, data=data)
    set_status(order, order.lines.order_by("pk"))
    publish(OrderAmended(order_id=order.pk, is_paid=order.paid_at is not None, now=now))
    order.refresh_from_db(fields=["fulfillment_status"])
    return order


def shrink_lines(*, order: Order, counts: Mapping[int, int], actor: str, now: datetime) -> dict[int, int]:
    """Leave so many units of each line (by id) in an open order that nobody has paid; return the units gone by line id.

    A line's discount and tax shrink with its units, the order's with its lines'. The order and its products are locked.
    Raises: OrderStateRefused for an order that is paid or not open, fewer units than were sent or taken out, nothing that
    is left, or less than gift cards and store credit paid.
    """
    if order.status != OrderStatus.OPEN or order.paid_at is not None:
        raise OrderStateRefused(_("This order was paid or canceled meanwhile. Nothing was changed."))
    rows = {line.pk: line for line in order.lines.order_by("pk")}
    gone = {pk: rows[pk].quantity - count for pk, count in counts.items() if pk in rows and count < rows[pk].quantity}
    if not gone:
        return {}
    for pk in gone:
        if counts[pk] < rows[pk].fulfilled_count + rows[pk].removed_count:
            raise OrderStateRefused(_("What was sent already cannot be taken out. Nothing was changed."))
    if all(line.quantity == gone.get(pk) for pk, line in rows.items()):
        raise OrderStateRefused(_("Something has to stay in the order. To give all of it up, cancel the order."))
    first = rows[next(iter(gone))]
    for pk, count in gone.items():
        _shrink(order, rows[pk], count)
    if order.total_amount < order.credit_amount:
        raise OrderStateRefused(
            _("Gift cards and store credit paid more than would be left. Cancel the order instead.")
        )
    save_sums(order)
    data = {"items_count": sum(gone.values()), "title": first.title, "lines_count": len(gone)}
    note_event(order=order, type="order.items_removed", actor=actor, now=now, data=data)
    set_status(order, order.lines.order_by("pk"))
    return gone


def end_amendments(*, order: Order, now: datetime) -> list[str]:
    """Call off what waits to join an order that is called off, and return the tokens that its goods are held by."""
    waiting = order.amendments.filter(state=AmendmentState.OPEN)
    tokens = list(waiting.values_list("token", flat=True))
    waiting.update(state=AmendmentState.CALLED_OFF, ended_at=now)
    return tokens


def add_taxes(kept: Iterable[Mapping[str, Any]], more: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the taxes of an order by rate with further ones counted in."""
    found = {(one["name"], one["rate"]): dict(one) for one in kept}
    for one in more:
        known = found.setdefault((one["name"], one["rate"]), {**one, "base": 0, "amount": 0})
        known["base"] += one["base"]
        known["amount"] += one["amount"]
    return list(found.values())


def save_sums(order: Order) -> None:
    """Write the sums of an order whose lines were changed, in the store's currency too where it has another one."""
    if order.store_total_amount is not None:
        order.store_total_amount = convert_back(
            order.total_amount, own=order.store_currency, other=order.currency, rate=order.rate or Decimal(1)
        )
    if order.payment_status == PaymentStatus.REFUNDED:
        order.payment_status = PaymentStatus.PARTLY_REFUNDED
    order.save(
        update_fields=[
            *_SUMS,
            "store_total_amount",
            "taxes_included",
            "taxes",
            "shipping_taxes",
            "discounts",
            "items_count",
            "payment_status",
        ]
    )


class UnitsOff(NamedTuple):
    """What units of a line cost: price, their share of the discount and of the tax, and what the total loses with them."""

    price: int
    discount: int
    tax: int
    total: int


def units_off(order: Order, line: OrderLine, count: int) -> UnitsOff:
    """Return what the last so many units of a line come to; those that stay come to the rest."""
    kept = line.quantity - count
    discount = sum(allocate(line.discount_amount, [1] * line.quantity)[kept:])
    tax = sum(allocate(line.tax_amount, [1] * line.quantity)[kept:])
    price = line.unit_amount * count
    return UnitsOff(price, discount, tax, price - discount + (0 if order.taxes_included else tax))


def _shrink(order: Order, line: OrderLine, count: int) -> None:
    """Take the last units off a line with their shares, and these off the order."""
    kept = line.quantity - count
    price, discount, tax, total = units_off(order, line, count)
    order.subtotal_amount -= price
    order.discount_amount -= discount
    order.tax_amount -= tax
    order.total_amount -= total
    order.items_count -= count
    base = price - discount - (tax if order.taxes_included else 0)
    _shrink_taxes(order, line, base=base, amount=tax)
    order.discounts = _less_discount(order.discounts, discount)
    if not kept:
        line.delete()
        return
    line.quantity = kept
    line.total_amount -= price
    line.discount_amount -= discount
    line.tax_amount -= tax
    line.save(update_fields=["quantity", "total_amount", "discount_amount", "tax_amount", "taxes"])


def _shrink_taxes(order: Order, line: OrderLine, *, base: int, amount: int) -> None:
    """Take tax by rate off a line and the order; where the line does not say its rates, by all that the order has."""
    if line.taxes is None:
        order.taxes = _less_tax(order.taxes, base=base, amount=amount)
        return
    kept = _less_tax(line.taxes, base=base, amount=amount, shares_base=False)
    gone = [
        {**before, "base": after["base"] - before["base"], "amount": after["amount"] - before["amount"]}
        for before, after in zip(line.taxes, kept, strict=True)
    ]
    line.taxes, order.taxes = kept, add_taxes(order.taxes, gone)


def _less_tax(
    taxes: Iterable[Mapping[str, Any]], *, base: int, amount: int, shares_base: bool = True
) -> list[dict[str, Any]]:
    """Return taxes by rate with so much less in them, split by what each rate made; on a line each rate has the whole base."""
    rows = [dict(one) for one in taxes]
    amounts, bases = [one["amount"] for one in rows], [one["base"] for one in rows]
    if sum(amounts) < amount or not sum(amounts):
        return rows
    for one, less in zip(rows, allocate(amount, amounts), strict=True):
        one["amount"] -= less
    if not shares_base:
        for one in rows:
            one["base"] -= min(base, one["base"])
    elif sum(bases):
        for one, less in zip(rows, allocate(min(base, sum(bases)), bases), strict=True):
            one["base"] -= less
    return rows


def _less_discount(discounts: Iterable[Mapping[str, Any]], amount: int) -> list[dict[str, Any]]:
    """Return an order's discounts with so much less off its goods, split by what each took off them."""
    rows = [dict(one) for one in discounts]
    weights = [one["amount"] - one.get("shipping_amount", 0) for one in rows]
    if amount and sum(weights) >= amount:
        for one, less in zip(rows, allocate(amount, weights), strict=True):
            one["amount"] -= less
    return rows
