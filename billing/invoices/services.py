"""Mirror the bills that Stripe writes for the platform."""

from billing.invoices.models import Invoice
from integrations.stripe.gateway_billing import StripeInvoice


def record_invoice(*, tenant_id: int, invoice: StripeInvoice) -> Invoice:
    """Write what Stripe says of the invoice."""
    row, _created = Invoice.objects.update_or_create(
        stripe_invoice_id=invoice.id,
        defaults={
            "tenant_id": tenant_id,
            "number": invoice.number,
            "status": invoice.status,
            "currency": invoice.currency,
            "total_amount": invoice.total_amount,
            "paid_amount": invoice.paid_amount,
            "hosted_url": invoice.hosted_url,
            "period_start_at": invoice.period_start_at,
            "period_end_at": invoice.period_end_at,
            "created_at": invoice.created_at,
        },
    )
    return row
