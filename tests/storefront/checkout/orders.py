"""Carts on their way to orders."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.tenancy import in_tenant
from storefront.carts.models import Cart
from storefront.carts.services import add_to_cart, get_or_create_cart
from storefront.checkout.details import CheckoutDetails
from storefront.payments.services.ways import WayDraft, save_way
from tenants.models import Tenant
from tenants.services import record_payment_account, set_entitlement

DETAILS = CheckoutDetails(
    email="maya@example.com",
    name="Maya Lindqvist",
    country="US",
    line1="2214 NW Quimby Street",
    city="Portland",
    province="Oregon",
    postcode="97210",
)
BY_TRANSFER = replace(DETAILS, payment_method="bank_transfer")
BASE_URL = "http://acme.localhost:8000"


def open_store(tenant: Tenant, now: datetime, *, account_id: str | None = None) -> Tenant:
    """Let the store sell, by bank transfer and on this account."""
    set_entitlement(tenant_id=tenant.pk, key="checkout", value=1, valid_until=None)
    if account_id is not None:
        record_payment_account(
            tenant_id=tenant.pk,
            provider="stripe",
            external_id=account_id,
            charges_enabled=True,
            livemode=False,
            now=now,
        )
    with in_tenant(tenant):
        save_way(kind="bank_transfer", draft=WayDraft(is_on=True, instructions="IBAN GB00 0000"))
    return tenant


def fill_cart(goods: Sequence[tuple[Any, int]], now: datetime) -> Cart:
    """Return a new cart with these (variant, quantity)."""
    cart = get_or_create_cart(token=None, customer=None, now=now)
    for variant, quantity in goods:
        add_to_cart(cart=cart, variant_id=variant.pk, quantity=quantity, now=now)
    return cart
