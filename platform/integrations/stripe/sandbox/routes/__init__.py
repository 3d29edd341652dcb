"""The API's addresses; importing this package registers them all."""

from integrations.stripe.sandbox.routes import (
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
)

__all__ = [
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
]
