"""Make sure that nobody pays a draft while it changes, and refuse to change one that is over."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from integrations.stripe.errors import StripeRefused, StripeUnavailable
from storefront.carts.models import Cart
from storefront.drafts.enums import RUNNING, DraftState
from storefront.drafts.errors import DraftClosed, DraftRefused
from storefront.drafts.models import Draft
from storefront.drafts.selectors import find_pending_order
from storefront.payments.models import Payment
from storefront.payments.selectors import OPEN_STATES
from storefront.payments.services import close_payment


def close_pages(draft: Draft, *, now: datetime) -> None:
    """Close the pages where a draft could be paid this moment; whoever paid at the last moment has an order.

    Raises: DraftRefused where the payment service does not answer, because then somebody might still pay.
    """
    order = find_pending_order(draft.cart)
    if order is None:
        return
    for payment_id in list(order.payments.filter(state__in=OPEN_STATES).values_list("pk", flat=True)):
        try:
            close_payment(payment_id=payment_id, actor="system", now=now)
        except (StripeUnavailable, StripeRefused) as error:
            raise DraftRefused(
                _(
                    "The customer may be paying this moment, and the payment service does not answer. Nothing was changed."
                )
            ) from error


def check_running(cart: Cart, draft: Draft) -> None:
    """Refuse a draft that cannot change any more, or is being paid; both rows are locked.

    Raises: DraftClosed; DraftRefused.
    """
    if draft.state == DraftState.COMPLETED or cart.ordered_at is not None:
        raise DraftClosed(_("This draft has become an order. Nothing was changed."))
    if draft.state not in RUNNING:
        raise DraftClosed(_("This draft is over. Extend it first. Nothing was changed."))
    check_unpaid(cart)


def check_unpaid(cart: Cart) -> None:
    """Refuse a draft at whose payment page somebody is once more; its cart is locked.

    Raises: DraftRefused.
    """
    order = find_pending_order(cart)
    if order is not None and Payment.objects.filter(order=order, state__in=OPEN_STATES).exists():
        raise DraftRefused(_("The customer is paying this moment. Nothing was changed. Look again in a minute."))
