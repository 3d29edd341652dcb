"""From an order to a page where it can be paid: our row first, committed, then the provider."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.db.batch import Batch, Made
from core.db.prepared import prepared_cursor
from core.ids import new_token
from integrations.stripe.errors import StripeFailed, StripeUnavailable
from storefront.orders.enums import OrderSource
from storefront.orders.models import Amendment, Order
from storefront.orders.services import PLACED, NewLine
from storefront.payments.errors import PaymentSuperseded
from storefront.payments.models import Payment, PaymentState
from storefront.payments.providers import PageAddresses, provider
from storefront.payments.selectors import MANUAL, OPEN_STATES, Way

# How long goods are held for a shopper who pays. The page closes two minutes later: Stripe wants half an hour from its
# own clock, and a repeated request must name the same moment.
HOLD = timedelta(minutes=30)
PAGE_LIFE = HOLD + timedelta(minutes=2)
REUSE_PAGE_FOR = timedelta(minutes=20)
REPEAT_REQUEST_FOR = timedelta(seconds=90)
_WAIT = """
UPDATE payments_payment SET state = %s, stripe_checkout_session_id = %s, redirect_url = %s, updated_at = %s
 WHERE id = %s AND state = ANY(%s::text[])
"""


def create_payment(
    *,
    order: Order,
    provider_name: str,
    account_id: str,
    now: datetime,
    way: Way | None = None,
    amendment: Amendment | None = None,
) -> Payment:
    """Write that money is about to be asked for, with the key that makes asking twice harmless.

    With an amendment it is for what that adds to the order.
    """
    payment = _new_payment(order, order.pk, provider_name=provider_name, account_id=account_id, now=now, way=way)
    if amendment is not None:
        payment.amendment, payment.amount = amendment, amendment.total_amount
    payment.save(force_insert=True)
    return payment


def add_payment(
    batch: Batch, *, order: Order, provider_name: str, account_id: str, now: datetime, way: Way | None = None
) -> Payment:
    """Put the same into the batch that places the order."""
    payment = _new_payment(order, PLACED, provider_name=provider_name, account_id=account_id, now=now, way=way)
    batch.insert("payment", [payment], "order_id")
    return payment


def _new_payment(
    order: Order, order_id: int | Made, *, provider_name: str, account_id: str, now: datetime, way: Way | None
) -> Payment:
    arranged = way if provider_name == MANUAL else None
    days = arranged.days_to_pay if arranged else None
    return Payment(
        order_id=order_id,
        provider=provider_name,
        amount=order.due_amount,
        currency=order.currency,
        idempotency_key=f"pay-{new_token()}",
        account_id=account_id,
        method_type=arranged.kind if arranged else "",
        method_label=arranged.title if arranged else "",
        created_at=now,
        updated_at=now,
        due_at=now + timedelta(days=days) if days else None,
    )


def is_reusable(payment: Payment, *, now: datetime) -> bool:
    """Tell whether a shopper can be sent to this payment's page, or its request be repeated with the same key."""
    age = now - payment.created_at
    if payment.state == PaymentState.WAITING:
        return bool(payment.redirect_url) and age < REUSE_PAGE_FOR
    return payment.state == PaymentState.INTENT and age < REPEAT_REQUEST_FOR


def open_payment_page(
    *, payment: Payment, tenant: Any, base_url: str, now: datetime, lines: Sequence[NewLine] | None = None
) -> str:
    """Ask the provider for the payment's page and return its address; asked twice it is the same page.

    The payment, its order and the order's `lines` are as they were committed a moment ago; lines are read where they are not given.
    Raises: StripeUnavailable, StripeRefused with nothing lost; PaymentSuperseded when the order changed meanwhile.
    """
    payment_id = payment.pk
    if payment.state == PaymentState.WAITING and payment.redirect_url:
        return payment.redirect_url
    if payment.state not in OPEN_STATES or payment.amount != _asked_amount(payment):
        raise PaymentSuperseded(_("The order has changed meanwhile. Nothing was charged. Check it and try again."))
    pages = _pages(payment, tenant=tenant, base_url=base_url)
    try:
        page = provider().open(
            payment, lines=lines, schema_name=tenant.schema_name, pages=pages, closes_at=payment.created_at + PAGE_LIFE
        )
    except StripeFailed as error:
        # The key is burnt: asked again it gives the same 500. Whatever came of it, nobody has its address.
        untouched = Payment.objects.filter(pk=payment_id, state=PaymentState.INTENT)
        untouched.update(state=PaymentState.FAILED, failure_message=str(error)[:300], updated_at=now)
        raise
    except StripeUnavailable:
        other = Payment.objects.filter(pk=payment_id, state=PaymentState.WAITING).first()
        if other is not None and other.redirect_url:
            return other.redirect_url  # A second click has the page already.
        raise
    with prepared_cursor() as cursor:
        cursor.execute(_WAIT, [PaymentState.WAITING, page.id, page.url, now, payment_id, list(OPEN_STATES)])
        is_waiting = cursor.rowcount
    if not is_waiting:
        payment.stripe_checkout_session_id = page.id
        provider().close(payment)
        raise PaymentSuperseded(_("The order has changed meanwhile. Nothing was charged. Check it and try again."))
    return page.url


def _asked_amount(payment: Payment) -> int:
    """Return what is owed now for what a payment is for."""
    return payment.amendment.total_amount if payment.amendment else payment.order.due_amount


def _pages(payment: Payment, *, tenant: Any, base_url: str) -> PageAddresses:
    """Return addresses that depend on the order's row alone, so that a repeated request is word for word the same."""
    order = payment.order
    prefix = "" if order.language == tenant.language else f"/{order.language}"
    back = "/checkout/?canceled=1" if payment.amendment_id is None else f"/orders/{order.token}/#added"
    if order.source == OrderSource.STAFF and payment.amendment_id is None:
        back = f"/orders/{order.token}/asked/"
    return PageAddresses(
        success_url=f"{base_url}{prefix}/checkout/return/?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{base_url}{prefix}{back}",
    )
