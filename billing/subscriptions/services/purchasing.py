"""A merchant chooses a plan; Stripe takes the money; only Stripe's word makes it active."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.plans.models import PlanPrice
from billing.plans.selectors import find_price
from billing.subscriptions.errors import NoBillingAccount, PriceNotOffered
from billing.subscriptions.models import BillingAccount
from billing.subscriptions.selectors import find_billing_account, find_subscription, is_selling
from billing.subscriptions.services.mirroring import apply_subscription
from integrations.stripe import gateway_billing as stripe_billing
from tenants.archive.selectors import is_sandbox
from tenants.models import Tenant
from tenants.selectors import store_url

BILLING_PATH = "/dashboard/settings/billing/"


def start_plan_checkout(*, tenant: Tenant, price_id: int, language: str, attempt: str, now: datetime) -> str:
    """Return where to send the merchant: Stripe's checkout, or back when a running plan was just changed.

    `attempt` names this click, so that a double click opens one checkout.
    Raises: PriceNotOffered, StripeUnavailable, StripeRefused.
    """
    if is_sandbox(tenant.pk):
        raise PriceNotOffered(_("A sandbox sells nothing and needs no plan. Choose one in the store it was made from."))
    price = find_price(price_id)
    if price is None:
        raise PriceNotOffered(_("This plan is not offered any more. Choose one of those shown."))
    stripe_price_id = ensure_stripe_price(price)
    subscription = find_subscription(tenant)
    if subscription and subscription.stripe_subscription_id and is_selling(subscription, now=now):
        current = stripe_billing.retrieve_subscription(subscription.stripe_subscription_id)
        if current.price_id != stripe_price_id:
            stripe_billing.change_subscription_price(
                subscription_id=current.id,
                item_id=current.item_id,
                price_id=stripe_price_id,
                idempotency_key=f"change-{current.id}-{stripe_price_id}-{attempt}",
            )
        apply_subscription(stripe_subscription_id=current.id, now=now)
        return store_url(tenant, f"{BILLING_PATH}?changed=1")
    return stripe_billing.create_subscription_checkout(
        customer_id=ensure_billing_account(tenant=tenant, now=now).stripe_customer_id,
        price_id=stripe_price_id,
        client_reference_id=tenant.schema_name,
        metadata={"tenant": tenant.schema_name},
        success_url=store_url(tenant, f"{BILLING_PATH}?paid=1"),
        cancel_url=store_url(tenant, BILLING_PATH),
        language=language,
        idempotency_key=f"plan-{tenant.schema_name}-{price.pk}-{attempt}",
    )


def open_portal(*, tenant: Tenant, language: str) -> str:
    """Return the address of Stripe's portal for this store.

    Raises: NoBillingAccount, StripeUnavailable, StripeRefused.
    """
    account = find_billing_account(tenant)
    if account is None:
        raise NoBillingAccount(_("There is no card and no invoice yet. Choose a plan first."))
    return stripe_billing.create_portal_session(
        customer_id=account.stripe_customer_id, return_url=store_url(tenant, BILLING_PATH), language=language
    )


def ensure_billing_account(*, tenant: Tenant, now: datetime) -> BillingAccount:
    """Return the store's customer at Stripe, made at first need; two at once get the same one by the key."""
    account = find_billing_account(tenant)
    if account is not None:
        return account
    customer_id = stripe_billing.create_customer(
        email=tenant.contact_email,
        name=tenant.name,
        metadata={"tenant": tenant.schema_name},
        idempotency_key=f"customer-{tenant.schema_name}",
    )
    account, _created = BillingAccount.objects.get_or_create(
        tenant_id=tenant.pk, defaults={"stripe_customer_id": customer_id, "created_at": now}
    )
    return account


def ensure_stripe_price(price: PlanPrice) -> str:
    """Return Stripe's id of our price, made there at first need together with its product."""
    if price.stripe_price_id:
        return price.stripe_price_id
    plan = price.plan
    if not plan.stripe_product_id:
        plan.stripe_product_id = stripe_billing.create_product(
            name=f"Shopstead {plan.names['en']}", metadata={"plan": plan.code}, idempotency_key=f"product-{plan.code}"
        )
        plan.save(update_fields=["stripe_product_id"])
    price.stripe_price_id = stripe_billing.create_price(
        product_id=plan.stripe_product_id,
        amount=price.amount,
        currency=price.currency,
        interval=price.interval,
        idempotency_key=f"price-{plan.code}-{price.currency}-{price.interval}-{price.amount}",
    )
    with transaction.atomic():
        price.save(update_fields=["stripe_price_id"])
    return price.stripe_price_id
