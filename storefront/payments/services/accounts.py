"""The store's own account at Stripe: opened with the store, finished by its owner."""

from datetime import datetime
from typing import Any

from django.db import transaction

from integrations.stripe import gateway_accounts
from integrations.stripe.client import is_livemode
from storefront.payments.selectors import STRIPE
from tenants.models import PaymentAccount, Tenant
from tenants.selectors import find_payment_account
from tenants.services import record_payment_account


def open_account(*, tenant: Tenant, now: datetime) -> PaymentAccount:
    """Give the store an account at Stripe, or look again at the one it has.

    Raises: StripeUnavailable, StripeRefused.
    """
    if find_payment_account(tenant) is not None:
        return refresh_account(tenant=tenant, now=now)
    account = gateway_accounts.create_account(
        email=tenant.contact_email,
        country=tenant.country,
        business_name=tenant.name,
        reference=tenant.schema_name,
        idempotency_key=f"account-{tenant.schema_name}",
    )
    return _record(tenant, account, now=now)


def refresh_account(*, tenant: Tenant, now: datetime) -> PaymentAccount:
    """Write down what Stripe says of the store's account now.

    Raises: StripeUnavailable, StripeRefused.
    """
    account = find_payment_account(tenant)
    if account is None:
        return open_account(tenant=tenant, now=now)
    return _record(tenant, gateway_accounts.retrieve_account(account.external_id), now=now)


def start_onboarding(*, tenant: Tenant, return_url: str, now: datetime) -> str:
    """Return the address at Stripe where the owner finishes the account's papers.

    Raises: StripeUnavailable, StripeRefused.
    """
    account = find_payment_account(tenant) or open_account(tenant=tenant, now=now)
    return gateway_accounts.create_account_link(
        account_id=account.external_id, refresh_url=return_url, return_url=f"{return_url}?checked=1"
    )


def _record(tenant: Any, account: gateway_accounts.ConnectedAccount, *, now: datetime) -> PaymentAccount:
    with transaction.atomic():
        return record_payment_account(
            tenant_id=tenant.pk,
            provider=STRIPE,
            external_id=account.id,
            charges_enabled=account.charges_enabled,
            livemode=is_livemode(),
            now=now,
        )
