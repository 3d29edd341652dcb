"""What the platform does when a store's customer is erased: parts that may not know of each other meet here."""

from billing.webhooks.services import strike_words
from core.tenancy import current_schema, in_public
from storefront.customers.events import CustomerErased
from tenants.models import PaymentAccount


def forget_erased(event: CustomerErased) -> None:
    """Take the person out of what Stripe told of the store's payments."""
    schema_name = current_schema()
    with in_public():
        accounts = list(
            PaymentAccount.objects.filter(tenant__schema_name=schema_name).values_list("external_id", flat=True)
        )
    for account in accounts:
        strike_words(account=account, words=event.words)
