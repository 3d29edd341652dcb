"""What Stripe told us of a store goes with the store."""

from django.db.models import Q

from billing.subscriptions.models import BillingAccount
from billing.webhooks.models import WebhookEvent
from tenants.events import TenantErasing
from tenants.models import PaymentAccount


def forget_events(event: TenantErasing) -> None:
    """Delete the stored events that name the store's accounts, its customer number or its schema."""
    tenant_id = event.tenant.pk
    accounts = list(PaymentAccount.objects.filter(tenant_id=tenant_id).values_list("external_id", flat=True))
    customers = list(BillingAccount.objects.filter(tenant_id=tenant_id).values_list("stripe_customer_id", flat=True))
    about = Q(account__in=accounts) | Q(object_id__in=[*accounts, *customers])
    about |= Q(payload__data__object__customer__in=customers)
    about |= Q(payload__data__object__metadata__tenant=event.tenant.schema_name)
    event.erased["webhook_events"] = WebhookEvent.objects.filter(about).delete()[0]
