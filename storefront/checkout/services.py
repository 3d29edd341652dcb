"""From a cart to an order: one order per cart, goods held while the shopper pays, nothing held across the network."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from core.db.batch import Batch
from core.db.contention import refuse_contention
from core.ids import new_token
from storefront.carts.locks import lock_cart
from storefront.carts.models import Cart
from storefront.carts.quoting import Buyer, Quote, Terms, is_about, make_quote, read_terms
from storefront.carts.selectors import get_cart_view
from storefront.carts.services import add_order_of_cart, mark_ordered
from storefront.catalog.conversion import convert_back
from storefront.checkout.details import MANUAL, CheckoutDetails, require_address
from storefront.checkout.errors import CartNotBuyable, CheckoutClosed, EmptyCart, NoDelivery, TotalChanged
from storefront.checkout.selectors import find_order_of_cart
from storefront.credits.services import take_credit
from storefront.customers.buyers import add_buyer, find_or_create_buyer
from storefront.customers.models import Customer
from storefront.discounts.services import take_uses
from storefront.inventory.services import add_reservation, allocate, reserve
from storefront.orders.enums import OrderSource, OrderStatus
from storefront.orders.models import Order
from storefront.orders.services import Exchange, NewLine, NewOrder, add_order, open_order, replace_pending_order
from storefront.payments import selectors as payments
from storefront.payments.errors import PaymentsNotReady, PaymentSuperseded
from storefront.payments.models import Payment, PaymentState
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
from storefront.pricing.records import discount_records, tax_records
from storefront.shipping.enums import Refusal
from tenants.models import Tenant
from tenants.selectors import find_payment_account, is_checkout_open

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class StartedCheckout:
    """The order, and where the shopper pays for it; no address when there is nothing to pay now."""

    order: Order
    redirect_url: str | None


@dataclass(frozen=True, slots=True)
class _Request:
    """What one call of start_checkout was asked, handed from step to step."""

    tenant: Tenant
    cart_token: str
    details: CheckoutDetails
    customer: Customer | None
    language: str
    source: str
    account_id: str
    expected_total: int | None
    expected_currency: str
    now: datetime

    @property
    def buyer(self) -> Buyer:
        return Buyer(
            country=self.details.country,
            region=self.details.province,
            customer_id=self.customer.pk if self.customer else None,
            vat_id=self.details.vat_id,
        )


class _OldPaymentInTheWay(Exception):
    """A page that still could be paid has to be closed first, outside the transaction."""

    def __init__(self, payment_id: int) -> None:
        super().__init__(payment_id)
        self.payment_id = payment_id


def check_open(*, tenant: Tenant, payment_method: str, now: datetime) -> str:
    """Return the account that takes the store's payments, empty for a payment the merchant arranges.

    Raises: CheckoutClosed when the plan does not let the store sell, PaymentsNotReady when no account can take money.
    """
    if not is_checkout_open(tenant=tenant, now=now):
        raise CheckoutClosed(_("This store is not taking orders right now. Nothing was charged and your cart is kept."))
    if payment_method == MANUAL:
        return ""
    account = find_payment_account(tenant)
    if account is None or not account.charges_enabled:
        raise PaymentsNotReady(
            _("This store cannot take payments yet. Nothing was charged and your cart is kept. Please come back later.")
        )
    return account.external_id


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
) -> StartedCheckout:
    """Make the cart an order, hold its goods and open the page where it is paid. Repeating it repeats the answer.

    A cart has one order. While that is unpaid, a second call with the same contents goes to the same payment page; with
    other contents it closes the page and writes the order anew. `expected_total` (minor units of `expected_currency`)
    is what the shopper saw.
    Raises: CheckoutClosed, PaymentsNotReady, EmptyCart, CartNotBuyable, InsufficientStock, NoDelivery, TotalChanged,
    DetailsRefused where something has to be sent and there is no address, StripeUnavailable or StripeRefused with the
    order kept for a second try.
    """
    account_id = check_open(tenant=tenant, payment_method=details.payment_method, now=now)
    request = _Request(
        tenant=tenant,
        cart_token=cart.token,
        details=details,
        customer=customer,
        language=language,
        source=source,
        account_id=account_id,
        expected_total=expected_total,
        expected_currency=expected_currency,
        now=now,
    )
    for attempt in range(ATTEMPTS):
        terms = read_terms(cart=cart, buyer=request.buyer, now=now)
        try:
            with transaction.atomic():
                order, payment = _prepare(request, terms)
        except _OldPaymentInTheWay as old:
            close_payment(payment_id=old.payment_id, actor="shopper", now=now)
            continue
        except DatabaseError as error:
            refuse_contention(error, is_last=attempt == ATTEMPTS - 1)
            continue
        if payment is None:
            return StartedCheckout(order=order, redirect_url=None)
        url = open_payment_page(payment_id=payment.pk, tenant=tenant, base_url=base_url, now=now)
        return StartedCheckout(order=order, redirect_url=url)
    raise PaymentSuperseded(_("This order is being changed in another window. Nothing was charged. Try again."))


def _prepare(request: _Request, terms: Terms) -> tuple[Order, Payment | None]:
    """Write order, hold and payment; the payment is None when there is nothing to pay at the provider."""
    cart = lock_cart(request.cart_token)
    order = find_order_of_cart(request.cart_token) if cart is None or cart.order_token or cart.ordered_at else None
    if order is not None and order.status != OrderStatus.PENDING:
        return order, None
    if cart is None or cart.ordered_at is not None:
        raise EmptyCart(_("There is nothing in your cart."))
    if not is_about(terms, cart):
        raise TotalChanged(_("Your cart was changed in another window. Nothing was charged. Look at it and go on."))
    quote = make_quote(
        get_cart_view(cart),
        terms,
        buyer=request.buyer,
        method_id=request.details.shipping_method_id,
        now=request.now,
    )
    _check(quote, request)
    new = _new_order(quote, request)
    old = payments.find_open_payment(order) if order is not None else None
    if order is not None and old is not None:
        if request.account_id and is_reusable(old, now=request.now) and _is_same(order, new):
            return order, old
        raise _OldPaymentInTheWay(old.pk)
    is_new = order is None
    order, payment = _place(new, request) if order is None else _place_anew(order, new, request)
    _take_promised(order, quote, request, replaces=not is_new)
    return _settle(order, payment, request)


def _place(new: NewOrder, request: _Request) -> tuple[Order, Payment]:
    """Lock the goods, then write hold, buyer, order, payment and the cart's new state in one statement."""
    batch, token = Batch(), new_token()
    add_reservation(batch, order_token=token, lines=_units(new), now=request.now, expires_at=request.now + HOLD)
    buyer = request.customer.pk if request.customer else add_buyer(batch, **_buyer(request))
    order = add_order(
        batch,
        new=replace(new, customer_id=buyer),
        status=OrderStatus.PENDING,
        actor=new.email,
        now=request.now,
        token=token,
    )
    payment = add_payment(
        batch,
        order=order,
        provider_name=_provider_name(new, request),
        account_id=request.account_id,
        now=request.now,
    )
    add_order_of_cart(batch, token=request.cart_token, order_token=token)
    batch.run()
    return order, payment


def _place_anew(order: Order, new: NewOrder, request: _Request) -> tuple[Order, Payment]:
    """Write an order that nobody has paid yet once more: the shopper went back and changed something."""
    reserve(order_token=order.token, lines=_units(new), now=request.now, expires_at=request.now + HOLD)
    buyer = request.customer or find_or_create_buyer(**_buyer(request))
    order = replace_pending_order(
        order_id=order.pk, new=replace(new, customer_id=buyer.pk), actor=new.email, now=request.now
    )
    name = _provider_name(new, request)
    return order, create_payment(order=order, provider_name=name, account_id=request.account_id, now=request.now)


def _take_promised(order: Order, quote: Quote, request: _Request, *, replaces: bool) -> None:
    """Count the discounts as used and take cards and credit, each within what is left whoever else is buying.

    Raises: DiscountGone, CreditGone.
    """
    take_uses(
        order_token=order.token,
        customer_id=order.customer_id or 0,
        uses=quote.uses,
        currency=order.currency,
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


def _settle(order: Order, payment: Payment, request: _Request) -> tuple[Order, Payment | None]:
    """Open an order that waits for nobody at the provider."""
    if payment.provider == payments.FREE:
        facts = PaidFacts(amount=0, currency=order.currency)
        order = complete_order(
            order_id=order.pk, payment_id=payment.pk, facts=facts, actor=order.email, now=request.now
        )
        return order, None
    if payment.provider == payments.MANUAL:
        return _open_unpaid(order, payment, actor=order.email, now=request.now), None
    return order, payment


def _units(new: NewOrder) -> list[tuple[int, int]]:
    return [(line.variant_id, line.quantity) for line in new.lines]


def _provider_name(new: NewOrder, request: _Request) -> str:
    return payments.FREE if new.totals.due == 0 else request.details.payment_method


def _buyer(request: _Request) -> dict[str, Any]:
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
    Payment.objects.filter(pk=payment.pk).update(state=PaymentState.WAITING, method_label=str(_("Bank transfer")))
    counted = [pk for pk in order.lines.values_list("product_id", flat=True) if pk is not None]
    allocate(order_token=order.token, now=now, actor=actor, product_ids=counted)
    order = open_order(order_id=order.pk, actor=actor, now=now)
    record_sale(order=order, now=now)
    mark_ordered(token=order.cart_token, now=now)
    return order


def _check(quote: Quote, request: _Request) -> None:
    if not quote.view.lines:
        raise EmptyCart(_("There is nothing in your cart."))
    if quote.view.problems:
        raise CartNotBuyable(quote.view.problems[0])
    if quote.needs_delivery:
        require_address(request.details)
    wanted = request.details.shipping_method_id
    if quote.needs_delivery and quote.rate is None:
        reason = quote.refusal or Refusal.NOWHERE
        raise NoDelivery(reason.label, field="province" if reason in (Refusal.REGION, Refusal.PART) else "country")
    if quote.needs_delivery and wanted is not None and quote.rate is not None and quote.rate.method_id != wanted:
        raise NoDelivery(_("This way of delivery is not offered. Choose another one."), field="shipping_method_id")
    if request.expected_currency and request.expected_currency != quote.view.currency:
        raise TotalChanged(
            _("Your total is in %(currency)s now. Nothing was charged. Look at it and go on.")
            % {"currency": quote.view.currency}
        )
    if request.expected_total is not None and request.expected_total != quote.totals.due:
        raise TotalChanged(_("The total has changed since you saw it. Nothing was charged. Look at it and go on."))


def _new_order(quote: Quote, request: _Request) -> NewOrder:
    details, rate = request.details if quote.needs_delivery else request.details.without_address(), quote.rate
    return NewOrder(
        email=details.email,
        currency=quote.view.currency,
        exchange=_exchange(quote, request.tenant),
        lines=[
            NewLine(
                variant_id=line.variant_id,
                product_id=line.product_id,
                title=line.own_title,
                unit_amount=priced.unit_amount,
                quantity=line.quantity,
                discount_amount=priced.discount,
                tax_amount=priced.tax,
                variant_title=line.own_variant_title,
                sku=line.sku,
                requires_shipping=line.requires_shipping,
                cover=line.cover,
            )
            for line, priced in zip(quote.view.lines, quote.priced.lines, strict=True)
        ],
        totals=quote.totals,
        discounts=discount_records(quote.priced),
        taxes=tax_records(quote.priced),
        vat_id=details.vat_id if quote.priced.is_reverse_charge else "",
        is_reverse_charge=quote.priced.is_reverse_charge,
        shipping_address=details.as_address(),
        cart_token=request.cart_token,
        shipping_method=rate.name if rate else "",
        delivery_from_date=rate.from_date if rate else None,
        delivery_to_date=rate.to_date if rate else None,
        language=request.language,
        note=details.note,
        source=request.source,
        expires_at=request.now + HOLD,
    )


def _exchange(quote: Quote, tenant: Tenant) -> Exchange | None:
    """Return what the order's total is in the store's own currency, or None where it is in that."""
    rate = quote.view.prices.rate
    if rate is None:
        return None
    total = convert_back(quote.totals.total, own=tenant.currency, other=quote.view.currency, rate=rate)
    return Exchange(store_currency=tenant.currency, rate=rate, store_total_amount=total)


def _is_same(order: Order, new: NewOrder) -> bool:
    """Tell whether the pending order already says what the shopper asks for now."""
    kept = [(line.variant_id, line.quantity, line.unit_amount) for line in order.lines.order_by("pk")]
    return (
        order.email == new.email
        and (order.total_amount, order.credit_amount, order.currency)
        == (new.totals.total, new.totals.credit, new.currency)
        and order.discounts == list(new.discounts)
        and order.shipping_address == new.shipping_address
        and order.shipping_method == new.shipping_method
        and (order.language, order.note) == (new.language, new.note)
        and kept == [(line.variant_id, line.quantity, line.unit_amount) for line in new.lines]
    )
