"""A store's own account at Stripe, by Accounts v2; accounts that were opened by v1 go on working.

Source: docs.stripe.com/connect/accounts-v2, /connect/accounts-v2/connected-account-configuration and /migrate-integration.
"""

from dataclasses import dataclass
from typing import Any, cast

import stripe
from stripe.v2.core import Account

from integrations.stripe.client import client, stripe_errors

_INCLUDE: list[Any] = ["configuration.merchant", "requirements"]
# An account of v1 may not be known to v2, or not yet: then v1 is asked.
_OF_V1 = frozenset({"v1_account_instead_of_v2_account", "account_not_yet_compatible_with_v2"})


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    """A store's account at Stripe and what it may do."""

    id: str
    charges_enabled: bool
    payouts_enabled: bool
    details_submitted: bool
    livemode: bool


def create_account(
    *, email: str, country: str, business_name: str, reference: str, idempotency_key: str
) -> ConnectedAccount:
    """Open an account for a store that charges and carries its own risk; `reference` is the store's schema name.

    Stripe collects its fees from the store and carries its losses; the store has Stripe's whole dashboard.
    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {
        "contact_email": email,
        "display_name": business_name,
        "dashboard": "full",
        "identity": {"country": country.lower()},
        "configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}},
        "defaults": {"responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"}},
        "metadata": {"tenant": reference},
        "include": _INCLUDE,
    }
    with stripe_errors():
        options: Any = {"idempotency_key": idempotency_key}
        return _read(client().v2.core.accounts.create(cast("Any", params), options))


def retrieve_account(account_id: str) -> ConnectedAccount:
    """Return what Stripe says of a connected account.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        try:
            return _read(client().v2.core.accounts.retrieve(account_id, {"include": _INCLUDE}))
        except stripe.InvalidRequestError as error:
            if error.code not in _OF_V1:
                raise
            return _read_v1(client().v1.accounts.retrieve(account_id))


def create_account_link(*, account_id: str, refresh_url: str, return_url: str) -> str:
    """Return the address where the merchant finishes the account's papers; it works once and for minutes.

    Raises: StripeUnavailable, StripeRefused.
    """
    addresses: Any = {"refresh_url": refresh_url, "return_url": return_url}
    use_case: Any = {"type": "account_onboarding", "account_onboarding": addresses}
    with stripe_errors():
        try:
            return client().v2.core.account_links.create({"account": account_id, "use_case": use_case}).url
        except stripe.InvalidRequestError as error:
            if error.code not in _OF_V1:
                raise
            params: Any = {"account": account_id, "type": "account_onboarding", **addresses}
            return client().v1.account_links.create(params).url


def _read(account: Account) -> ConnectedAccount:
    merchant = account.configuration.merchant if account.configuration else None
    can: Any = merchant.capabilities if merchant else None
    cards, balance = getattr(can, "card_payments", None), getattr(can, "stripe_balance", None)
    payouts = getattr(balance, "payouts", None)
    return ConnectedAccount(
        id=account.id,
        charges_enabled=getattr(cards, "status", "") == "active",
        payouts_enabled=getattr(payouts, "status", "") == "active",
        details_submitted=not (account.requirements and account.requirements.entries),
        livemode=bool(account.livemode),
    )


def _read_v1(account: stripe.Account) -> ConnectedAccount:
    return ConnectedAccount(
        id=account.id,
        charges_enabled=bool(account.charges_enabled),
        payouts_enabled=bool(account.payouts_enabled),
        details_submitted=bool(account.details_submitted),
        livemode=bool(getattr(account, "livemode", False)),
    )
