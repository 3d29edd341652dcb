"""What customers told their banks, in words a merchant can use."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from storefront.orders.models import Order
from storefront.payments.errors import DisputeNotFound
from storefront.payments.models import Dispute, DisputeStatus

# No money has moved, or it came back.
HARMLESS = frozenset(
    {
        DisputeStatus.WON,
        DisputeStatus.PREVENTED,
        DisputeStatus.WARNING_NEEDS_RESPONSE,
        DisputeStatus.WARNING_UNDER_REVIEW,
        DisputeStatus.WARNING_CLOSED,
    }
)
WAITING = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.WARNING_NEEDS_RESPONSE)
# What the customer says, and what helps against it. The words are those of docs.stripe.com/disputes/categories.
REASONS: dict[str, tuple[str | Promise, str | Promise]] = {
    "fraudulent": (
        _("The customer says that they did not pay this."),
        _(
            "Show that the cardholder ordered: same name and address, mails with them, a parcel signed for at that address."
        ),
    ),
    "product_not_received": (
        _("The customer says that nothing arrived."),
        _("Show the carrier’s proof of delivery: tracking number, date and address."),
    ),
    "product_unacceptable": (
        _("The customer says that the goods were not as described, or broken."),
        _("Show the description and photos from your store, and what you offered when they wrote to you."),
    ),
    "duplicate": (
        _("The customer says that they paid twice."),
        _("Show that these are two orders, or that one payment went back."),
    ),
    "credit_not_processed": (
        _("The customer says that a refund has not come."),
        _("Show the refund, or your terms and that they agreed to them."),
    ),
    "subscription_canceled": (_("The customer says that they had canceled."), _("Show that they had not, or when.")),
    "unrecognized": (
        _("The customer does not recognize the payment."),
        _("Show what they bought, when, and where it was sent."),
    ),
}
ANY_REASON = (
    _("The customer asks their bank for the money back."),
    _("Show what was bought, that it was sent, and what you wrote to each other."),
)


def list_disputes(order: Order) -> list[Dispute]:
    """Return the disputes of an order's payments, newest first."""
    return list(Dispute.objects.filter(payment__order=order).order_by("-created_at", "-pk"))


def list_waiting_disputes(*, limit: int = 20) -> list[Dispute]:
    """Return the disputes that wait for the merchant's answer, the most urgent first, with their orders."""
    waiting = Dispute.objects.filter(status__in=WAITING).select_related("payment__order")
    return list(waiting.order_by("due_at", "pk")[:limit])


def get_dispute(*, order_id: int, pk: int) -> Dispute:
    """Return a dispute of an order.

    Raises: DisputeNotFound.
    """
    found = Dispute.objects.select_related("payment__order").filter(pk=pk, payment__order_id=order_id).first()
    if found is None:
        raise DisputeNotFound(_("There is no such dispute in this store."))
    return found
