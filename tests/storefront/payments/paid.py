"""Orders that are paid, for tests of what comes after."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storefront.checkout.services import start_checkout
from storefront.inventory.models import Stock
from storefront.orders.models import Order
from storefront.payments.models import Payment
from storefront.payments.services import RefundRequest, settle_payment
from tenants.models import Tenant
from tests.storefront.checkout.orders import BASE_URL, DETAILS, fill_cart
from tests.storefront.stripe_sandbox import GOOD_CARD, Shopper


def buy(
    store: Tenant, shopper: Shopper, goods: Sequence[tuple[Any, int]], clock: datetime, *, card: str = GOOD_CARD
) -> tuple[Order, Payment]:
    """Check these (variant, quantity) out, pay at the sandbox, and return the paid order with its payment."""
    cart = fill_cart(goods, clock)
    order = start_checkout(tenant=store, cart=cart, details=DETAILS, now=clock, base_url=BASE_URL).order
    payment = order.payments.get()
    shopper.pay(payment.account_id, str(payment.stripe_checkout_session_id), card=card)
    payment = settle_payment(payment_id=payment.pk, actor="shopper", now=clock)
    order.refresh_from_db()
    return order, payment


def asked(order: Order, *counts: int, **more: Any) -> RefundRequest:
    """Return a request for so many units of each line."""
    keys = order.lines.order_by("pk").values_list("pk", flat=True)
    return RefundRequest(counts={key: count for key, count in zip(keys, counts, strict=False) if count}, **more)


def on_hand() -> list[int]:
    """Return how many of each variant lie in the stock."""
    return list(Stock.objects.order_by("variant_id").values_list("on_hand_count", flat=True))
