"""From a contract to what the store may do."""

from datetime import datetime, timedelta

from billing.subscriptions.models import Subscription
from billing.subscriptions.selectors import is_selling
from tenants.selectors import CHECKOUT
from tenants.services import set_entitlements

# If Stripe's word does not reach us for this long after a period's end, the checkout closes by itself.
GRACE = timedelta(days=7)


def write_entitlements(*, subscription: Subscription, now: datetime) -> None:
    """Write what the plan and the status allow; the store's checkout opens or closes with it."""
    selling = is_selling(subscription, now=now)
    if subscription.stripe_subscription_id is None:
        valid_until = subscription.trial_ends_at
    else:
        ends_at = subscription.current_period_ends_at
        valid_until = ends_at + GRACE if ends_at else None
    limits = {entitlement.key: (entitlement.value, None) for entitlement in subscription.plan.entitlements.all()}
    checkout = {CHECKOUT: (1 if selling else 0, valid_until)}
    set_entitlements(tenant_id=subscription.tenant_id, limits={**limits, **checkout})
