"""A copy of a store finishes nothing that the original began with a provider."""

from storefront.payments.models import Payment, PaymentState, Refund, TaxReport
from storefront.payments.selectors import OPEN_STATES
from tenants.events import StoreCopied


def end_open_payments(event: StoreCopied) -> None:
    """End, in the copy alone, the payments, refunds and reports of taxes whose outcome only the original may hear of."""
    Payment.objects.filter(state__in=OPEN_STATES).update(state=PaymentState.EXPIRED, updated_at=event.now)
    Refund.objects.filter(state="intent").update(state="failed")
    TaxReport.objects.filter(state="intent").update(state="failed")
