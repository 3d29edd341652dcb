"""From what waits to be added to the page where the difference is paid."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.amendments.errors import AmendmentGone
from storefront.checkout.ways import check_open
from storefront.orders.enums import AmendmentState
from storefront.orders.locks import lock_amendment, lock_order
from storefront.payments.errors import PaymentsNotReady, PaymentSuperseded
from storefront.payments.models import Payment
from storefront.payments.selectors import OPEN_STATES, STRIPE
from storefront.payments.services import close_payment, create_payment, is_reusable, open_payment_page
from tenants.models import Tenant

ATTEMPTS = 3


def start_payment(*, tenant: Tenant, order_id: int, base_url: str, now: datetime) -> str:
    """Return the address where the difference of what waits to be added is paid; asked again it is the same page.

    Raises: OrderNotFound; AmendmentGone where nothing waits or its time is over; CheckoutClosed, PaymentsNotReady;
    PaymentSuperseded; StripeUnavailable or StripeRefused with all of it kept for a second try.
    """
    till = check_open(tenant=tenant, now=now)
    if not till.account_id:
        raise PaymentsNotReady(_("This store cannot take card payments right now. Nothing was charged."))
    for _attempt in range(ATTEMPTS):
        payment, is_old = _prepare(order_id, account_id=till.account_id, now=now)
        if not is_old:
            return open_payment_page(payment=payment, tenant=tenant, base_url=base_url, now=now)
        close_payment(payment_id=payment.pk, actor="shopper", now=now)
    raise PaymentSuperseded(_("This order is being changed in another window. Nothing was charged. Try again."))


def _prepare(order_id: int, *, account_id: str, now: datetime) -> tuple[Payment, bool]:
    """Write or find the payment, and tell whether it is one whose page has to be closed first."""
    with transaction.atomic():
        order = lock_order(order_id)
        waiting = order.amendments.filter(state=AmendmentState.OPEN, expires_at__gt=now).first()
        if waiting is None:
            raise AmendmentGone(_("There is nothing to pay any more. Nothing was charged."))
        amendment = lock_amendment(waiting.pk)
        old = amendment.payments.filter(provider=STRIPE, state__in=OPEN_STATES).order_by("-pk").first()
        if old is not None:
            return old, not is_reusable(old, now=now)
        return (
            create_payment(order=order, provider_name=STRIPE, account_id=account_id, now=now, amendment=amendment),
            False,
        )
