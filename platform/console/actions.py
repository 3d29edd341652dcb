"""What the team can do to a store: one table, so that every deed asks, says what it will do, and is logged alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.subscriptions.enums import SubscriptionStatus
from console.forms import ConfirmForm, DeleteForm, PlanForm, ReasonForm, TrialForm
from console.services import operations
from tenants.enums import TenantState
from tenants.models import Tenant

WORKING = (TenantState.READY, TenantState.CHECKOUT_OFF)


@dataclass(frozen=True, slots=True)
class Action:
    """A deed on a store's page.

    `do` gets tenant, words (the form's), actor and now, and returns what to say; `is_open` tells for which stores it is
    there. `asks` False does it at once: it can be repeated or undone.
    """

    key: str
    label: str | Promise
    title: str | Promise
    effect: str | Promise
    do: Callable[..., str]
    is_open: Callable[[Tenant], bool]
    form: type[forms.Form] = ReasonForm
    tone: str = ""
    asks: bool = True
    group: str = "operations"


def list_actions(tenant: Tenant, *, group: str = "") -> list[Action]:
    """Return what can be done to this store now."""
    return [action for action in ACTIONS.values() if action.is_open(tenant) and group in ("", action.group)]


def find_action(key: str, tenant: Tenant) -> Action | None:
    """Return the action with this name where the store lets it be done, or None."""
    action = ACTIONS.get(key)
    return action if action and action.is_open(tenant) else None


def _is_working(tenant: Tenant) -> bool:
    return tenant.state in WORKING


def _is_behind(tenant: Tenant) -> bool:
    facts = getattr(tenant, "facts", None)
    return _is_working(tenant) and facts is not None and facts.migrations_behind_count > 0


def _in(*states: TenantState) -> Callable[[Tenant], bool]:
    return lambda tenant: tenant.state in states


def _subscription(tenant: Tenant) -> Any:
    return getattr(tenant, "subscription", None)


def _is_trial(tenant: Tenant) -> bool:
    subscription = _subscription(tenant)
    return bool(subscription) and subscription.stripe_subscription_id is None and tenant.state != TenantState.DELETED


def _has_plan(tenant: Tenant) -> bool:
    subscription = _subscription(tenant)
    statuses = (
        SubscriptionStatus.TRIALING,
        SubscriptionStatus.ACTIVE,
        SubscriptionStatus.PAST_DUE,
        SubscriptionStatus.PAUSED,
    )
    return bool(subscription) and subscription.status in statuses and tenant.state != TenantState.DELETED


_LIST = (
    Action(
        "facts", _("Look again"), _("Look again"), "", operations.look_again, _is_working, ConfirmForm, asks=False,
    ),
    Action(
        "search", _("Rebuild search"), _("Rebuild search"), "", operations.rebuild_search, _is_working, ConfirmForm, asks=False,
    ),
    Action(
        "train", _("Retrain"), _("Retrain recommendations"), "", operations.retrain, _is_working, ConfirmForm, asks=False,
    ),
    Action(
        "migrate", _("Run migrations"), _("Run migrations"), "", operations.run_migrations, _is_behind, ConfirmForm, asks=False,
    ),
    Action(
        "cache", _("Clear cache"), _("Clear the cache"), "", operations.clear_cache, _is_working, ConfirmForm, asks=False,
    ),
    Action(
        "export", _("Export…"), _("Export the store"),
        _("The whole store is written into one file, which its owner can download. The store goes on meanwhile."),
        operations.export_store, _is_working,
    ),
    Action(
        "trial", _("Extend trial…"), _("Extend the trial"),
        _("The store can sell until then without paying. The merchant sees the new date under Plan and billing."),
        operations.give_longer_trial, _is_trial, TrialForm, group="billing",
    ),
    Action(
        "plan", _("Change plan…"), _("Change the plan"),
        _(
            "A trial goes on under the new plan’s limits. A store that pays is charged the new price by Stripe, with the rest of "
            "the period counted in."
        ),
        operations.change_plan, _has_plan, PlanForm, group="billing",
    ),
    Action(
        "close-checkout", _("Close checkout…"), _("Close the checkout"),
        _("Shoppers can look and nobody can buy. The merchant goes on working; opening it again brings everything back."),
        operations.close_store_checkout, _in(TenantState.READY), tone="danger", group="state",
    ),
    Action(
        "open-checkout", _("Open checkout"), _("Open the checkout"), _("Shoppers can buy again, if the plan allows it."),
        operations.reopen, _in(TenantState.CHECKOUT_OFF), ConfirmForm, group="state",
    ),
    Action(
        "suspend", _("Suspend store…"), _("Suspend the store"),
        _("Its pages answer 503 politely and nothing runs for it. Its data stays, and resuming brings it back."),
        operations.suspend, _in(TenantState.READY, TenantState.CHECKOUT_OFF), tone="danger", group="state",
    ),
    Action(
        "delete", _("Delete store…"), _("Delete the store"),
        _(
            "It closes to shoppers at once. In 30 days its data, files and accounts are erased; until then it can be kept. Make an "
            "archive first."
        ),
        operations.delete_store, _in(TenantState.READY, TenantState.CHECKOUT_OFF, TenantState.SUSPENDED), DeleteForm,
        tone="danger", group="state",
    ),
    Action(
        "keep", _("Keep store"), _("Keep the store"), _("The deletion is called off, and the store is as it was before."),
        operations.keep, _in(TenantState.DELETING), ConfirmForm, group="state",
    ),
    Action(
        "resume", _("Resume store"), _("Resume the store"), _("Its pages open again, and its scheduled work goes on."),
        operations.reopen, _in(TenantState.SUSPENDED), ConfirmForm, group="state",
    ),
)  # fmt: skip
ACTIONS: dict[str, Action] = {action.key: action for action in _LIST}
