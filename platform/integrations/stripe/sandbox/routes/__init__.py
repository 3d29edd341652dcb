"""The API's addresses; importing this package registers them all."""

from integrations.stripe.sandbox.routes import (
    accounts_v2,
    catalog,
    checkout,
    connect,
    customers,
    disputes,
    events,
    invoices,
    payments,
    portal,
    subscriptions,
    taxes,
)

__all__ = [
    "accounts_v2",
    "catalog",
    "checkout",
    "connect",
    "customers",
    "disputes",
    "events",
    "invoices",
    "payments",
    "portal",
    "subscriptions",
    "taxes",
]
