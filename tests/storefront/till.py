"""A store that takes cards at the sandbox, in its real time, with a mug to sell: fixtures for tests to import."""

from datetime import datetime

import pytest

from core.clock import utc_now
from storefront.catalog.models import ProductVariant
from storefront.payments.models import Payment
from storefront.payments.services import open_account, settle_payment
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper


@pytest.fixture
def clock() -> datetime:
    """The sandbox lives in real time, so these tests do."""
    return utc_now().replace(microsecond=0)


@pytest.fixture
def store(in_acme: Tenant, shopper: Shopper, clock: datetime) -> Tenant:
    open_account(tenant=in_acme, now=clock)
    return open_store(in_acme, clock)


@pytest.fixture
def mug(store: Tenant) -> ProductVariant:
    return make_variant("Enamel mug", price=1800, stock=9)


def pay(shopper: Shopper, payment: Payment, now: datetime) -> Payment:
    """Pay at the sandbox, and have the store hear of it."""
    assert shopper.pay(payment.account_id, str(payment.stripe_checkout_session_id)) == "succeeded"
    return settle_payment(payment_id=payment.pk, actor="shopper", now=now)
