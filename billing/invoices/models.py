"""Bills the platform has sent, mirrored from Stripe."""

from django.db import models

from tenants.models import Tenant


class Invoice(models.Model):
    """One bill; amounts in minor units, status in Stripe's words."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="invoices")
    stripe_invoice_id = models.CharField(max_length=100, unique=True)
    number = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    total_amount = models.BigIntegerField()
    paid_amount = models.BigIntegerField()
    hosted_url = models.TextField(blank=True)
    period_start_at = models.DateTimeField(null=True, blank=True)
    period_end_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
