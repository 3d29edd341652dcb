"""Trials, purchases, and keeping the mirror of Stripe's subscriptions true."""

from billing.subscriptions.services.changing import move_to_plan
from billing.subscriptions.services.mirroring import apply_subscription, reconcile
from billing.subscriptions.services.purchasing import open_portal, start_plan_checkout
from billing.subscriptions.services.trials import extend_trial, scan_trials, start_trial

__all__ = [
    "apply_subscription",
    "extend_trial",
    "move_to_plan",
    "open_portal",
    "reconcile",
    "scan_trials",
    "start_plan_checkout",
    "start_trial",
]
