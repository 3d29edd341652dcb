"""From a cart to an order: one order per cart, goods held while the shopper pays, nothing held across the network."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.batch import Batch
from core.db.contention import try_again
from core.db.prepared import keep_plans
from core.ids import new_token
from storefront.carts.deals import Deal
from storefront.carts.locks import lock_cart
from storefront.carts.models import Cart
from storefront.carts.quoting import Quote, Terms, is_about, make_quote, read_terms, settle_taxes
from storefront.carts.selectors import get_cart_view
from storefront.carts.services import add_order_of_cart, mark_ordered
from storefront.checkout.details import CheckoutDetails
from storefront.checkout.errors import EmptyCart, TotalChanged
from storefront.checkout.selectors import find_order_of_cart
from storefront.checkout.services.making import CheckoutRequest, Received, check, is_same, make_order
from storefront.checkout.ways import check_open, choose_way
from storefront.credits.services import take_credit
from storefront.customers.buyers import add_buyer, find_or_create_buyer
from storefront.customers.models import Customer
from storefront.discounts.services import take_uses
from storefront.inventory.services import add_reservation, allocate, reserve
from storefront.orders.enums import OrderSource, OrderStatus
from storefront.orders.models import Order
from storefront.orders.services import NewLine, NewOrder, add_order, note_event, open_order, replace_pending_order
from storefront.payments import selectors as payments
from storefront.payments.errors import PaymentSuperseded
from storefront.payments.models import Payment, PaymentState
from storefront.payments.selectors import Way
from storefront.payments.services import (
    PaidFacts,
    add_payment,
    close_payment,
    complete_order,
    create_payment,
    is_reusable,
    open_payment_page,
)
from storefront.payments.services.completing import record_sale
from storefront.payments.services.opening import HOLD
from tenants.models import Tenant

ATTEMPTS = 3
_CHANGED = _("Your cart was changed in another window. Nothing was charged. Look at it and go on.")


@dataclass(frozen=True, slots=True)
class StartedCheckout:
    """The order, and where the shopper pays for it; no address when there is nothing to pay now."""

    order: Order
    redirect_url: str | None


class _OldPaymentInTheWay(Exception):
    """A page that still could be paid has to be closed first, outside the transaction."""

    def __init__(self, payment_id: int) -> None:
        super().__init__(payment_id)
        self.payment_id = payment_id


def start_checkout(
    *,
    tenant: Tenant,
    cart: Cart,
    details: CheckoutDetails,
    now: datetime,
    base_url: str,
    customer: Customer | None = None,
    language: str = "en",
    source: str = OrderSource.WEB,
    expected_total: int | None = None,
    expected_currency: str = "",
    deal: Deal | None = None,
    received: Received | None = None,
) -> StartedCheckout:
    """Make the cart an order, hold its goods and open the page where it is paid. Repeating it repeats the answer.

    A cart has one order. While that is unpaid, a second call with the same contents goes to the same payment page; with
    other contents it closes the page and writes the order anew. `expected_total` (minor units of `expected_currency`)
    is what the shopper saw. By a `deal` it costs what a merchant has promised, and with `received` it is paid already.
    Raises: CheckoutClosed, PaymentsNotReady, EmptyCart, CartNotBuyable, InsufficientStock, NoDelivery, TotalChanged,
    WayToPayRefused, TaxUnavailable, DetailsRefused where something has to be sent and there is no address, StripeUnavailable or
    StripeRefused with the order kept for a second try.
    """
    till = check_open(tenant=tenant, now=now, needs_way=received is None)
    request = CheckoutRequest(
        tenant=tenant,
        cart_token=cart.token,
        details=details,
        customer=customer,
        language=language,
        source=source,
        till=till,
        expected_total=expected_total,
        expected_currency=expected_currency,
        now=now,
        deal=deal,
        received=received,
    )
    for _attempt in range(ATTEMPTS):
        try:
            order, payment, lines = try_again(partial(_write, request, cart))
        except _OldPaymentInTheWay as old:
            close_payment(payment_id=old.payment_id, actor="shopper", now=now)
            continue
        if payment is None:
            return StartedCheckout(order=order, redirect_url=None)
        url = open_payment_page(payment=payment, lines=lines, tenant=tenant, base_url=base_url, now=now)
        return StartedCheckout(order=order, redirect_url=url)
    raise PaymentSuperseded(_("This order is being changed in another window. Nothing was charged. Try again."))


def _write(request: CheckoutRequest, cart: Cart) -> tuple[Order, Payment | None, Sequence[NewLine] | None]:
    method_id = request.details.shipping_method_id
    terms = read_terms(cart=cart, buyer=request.buyer, method_id=method_id, now=request.now, deal=request.deal)
    if terms.taxes.service is not None:
        view = get_cart_view(cart)
        if view.lines and not view.problems:
            terms = settle_taxes(view, terms, buyer=request.buyer, method_id=method_id, now=request.now, asks=True)
    with transaction.atomic():
        keep_plans()
        return _prepare(request, terms)


def _prepare(request: CheckoutRequest, terms: Terms) -> tuple[Order, Payment | None, Sequence[NewLine] | None]:
    """Write order, hold and payment, and return them with the lines that were written now.

    The payment is None when there is nothing to pay at the provider; the lines are, where the order had been written before.
    """
    cart = lock_cart(request.cart_token)
    order = find_order_of_cart(request.cart_token) if cart is None or cart.order_token or cart.ordered_at else None
    if order is not None and order.status != OrderStatus.PENDING:
        return order, None, None
    if cart is None or cart.ordered_at is not None:
        raise EmptyCart(_("There is nothing in your cart."))
    if not is_about(terms, cart):
        raise TotalChanged(_CHANGED)
    quote = make_quote(
        get_cart_view(cart),
        terms,
        buyer=request.buyer,
        method_id=request.details.shipping_method_id,
        now=request.now,
    )
    if quote.is_tax_open and terms.taxes.answer is not None:
        raise TotalChanged(_CHANGED)
    check(quote, request)
    way = _choose_way(quote, request)
    new = make_order(quote, request)
    old = payments.find_open_payment(order) if order is not None else None
    if order is not None and old is not None:
        if way is not None and not way.is_arranged and is_reusable(old, now=request.now) and is_same(order, new):
            return order, old, None
        raise _OldPaymentInTheWay(old.pk)
    is_new = order is None
    order, payment = _place(new, way, request) if order is None else _place_anew(order, new, way, request)
    _take_promised(order, quote, request, replaces=not is_new)
    if terms.taxes.is_fallback:
        note_event(order=order, type="tax.own_rates", actor=order.email, now=request.now, key="tax.own_rates")
    return (*_settle(order, payment, request), new.lines)


def _choose_way(quote: Quote, request: CheckoutRequest) -> Way | None:
    if request.received is not None and quote.totals.due:
        return request.received.way
    details = request.details
    return choose_way(request.till, quote, kind=details.payment_method, country=details.country, tenant=request.tenant)


def _place(new: NewOrder, way: Way | None, request: CheckoutRequest) -> tuple[Order, Payment]:
    """Lock the goods, then write hold, buyer, order, payment and the cart's new state in one statement."""
    batch, token = Batch(), new_token()
    add_reservation(batch, order_token=token, **_hold(new, request))
    buyer = request.customer.pk if request.customer else add_buyer(batch, **_buyer(request))
    order = add_order(
        batch,
        new=replace(new, customer_id=buyer),
        status=OrderStatus.PENDING,
        actor=request.actor,
        now=request.now,
        token=token,
    )
    payment = add_payment(batch, order=order, **_paid_by(way, request))
    add_order_of_cart(batch, token=request.cart_token, order_token=token)
    batch.run(is_prepared=True)
    payment.order = order
    return order, payment


def _place_anew(order: Order, new: NewOrder, way: Way | None, request: CheckoutRequest) -> tuple[Order, Payment]:
    """Write an order that nobody has paid yet once more: the shopper went back and changed something."""
    reserve(order_token=order.token, **_hold(new, request))
    buyer = request.customer or find_or_create_buyer(**_buyer(request))
    order = replace_pending_order(
        order_id=order.pk, new=replace(new, customer_id=buyer.pk), actor=request.actor, now=request.now
    )
    return order, create_payment(order=order, **_paid_by(way, request))


def _take_promised(order: Order, quote: Quote, request: CheckoutRequest, *, replaces: bool) -> None:
    """Count the discounts as used and take cards and credit, each within what is left whoever else is buying.

    Raises: DiscountGone, CreditGone.
    """
    take_uses(
        order_token=order.token,
        customer_id=order.customer_id or 0,
        uses=quote.uses,
        currency=order.currency,
        order_amount=order.total_amount,
        now=request.now,
        replaces=replaces,
    )
    take_credit(
        order_token=order.token,
        tenders=quote.tenders,
        currency=order.currency,
        actor=order.email,
        now=request.now,
        replaces=replaces,
    )


def _settle(order: Order, payment: Payment, request: CheckoutRequest) -> tuple[Order, Payment | None]:
    """Open an order that waits for nobody at the provider."""
    if payment.provider == payments.FREE or request.received is not None:
        facts = PaidFacts(
            amount=payment.amount,
            currency=order.currency,
            method_type=payment.method_type,
            method_label=payment.method_label,
        )
        order = complete_order(
            order_id=order.pk, payment_id=payment.pk, facts=facts, actor=request.actor, now=request.now
        )
        return order, None
    if payment.provider == payments.MANUAL:
        return _open_unpaid(order, payment, actor=order.email, now=request.now), None
    return order, payment


def _hold(new: NewOrder, request: CheckoutRequest) -> dict[str, Any]:
    return {
        "lines": [(line.variant_id, line.quantity) for line in new.lines],
        "warehouse_id": new.pickup.get("warehouse_id"),
        "now": request.now,
        "expires_at": request.now + HOLD,
    }


def _paid_by(way: Way | None, request: CheckoutRequest) -> dict[str, Any]:
    """Return how a payment begins; without a way there is nothing to pay."""
    name = payments.FREE if way is None else payments.MANUAL if way.is_arranged else payments.STRIPE
    account_id = request.till.account_id if name == payments.STRIPE else ""
    return {"provider_name": name, "account_id": account_id, "way": way, "now": request.now}


def _buyer(request: CheckoutRequest) -> dict[str, Any]:
    details = request.details
    return {
        "email": details.email,
        "name": details.name,
        "language": request.language,
        "country": details.country,
        "now": request.now,
    }


def _open_unpaid(order: Order, payment: Payment, *, actor: str, now: datetime) -> Order:
    """Take the goods for an order whose money the merchant will see arrive elsewhere."""
    Payment.objects.filter(pk=payment.pk).update(state=PaymentState.WAITING)
    counted = [pk for pk in order.lines.values_list("product_id", flat=True) if pk is not None]
    allocate(order_token=order.token, now=now, actor=actor, product_ids=counted)
    order = open_order(order_id=order.pk, actor=actor, now=now)
    record_sale(order=order, now=now)
    mark_ordered(token=order.cart_token, now=now)
    return order
