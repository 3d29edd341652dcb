"""The types of events that something is done about."""

# Thin events of Accounts v2 say only which account changed: docs.stripe.com/event-destinations#thin-events.
ACCOUNT_CHANGED = "v2.core.account"
SESSION_EVENTS = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
    }
)
INTENT_EVENTS = frozenset({"payment_intent.succeeded", "payment_intent.payment_failed"})
REFUND_EVENTS = frozenset(
    {"charge.refunded", "charge.refund.updated", "refund.created", "refund.updated", "refund.failed"}
)
DISPUTE_EVENTS = frozenset(
    {
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    }
)
SUBSCRIPTION_EVENTS = frozenset(
    {
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
        "customer.subscription.trial_will_end",
    }
)
INVOICE_EVENTS = frozenset(
    {
        "invoice.created",
        "invoice.updated",
        "invoice.finalized",
        "invoice.finalization_failed",
        "invoice.sent",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice.payment_failed",
        "invoice.payment_action_required",
        "invoice.overdue",
        "invoice.voided",
        "invoice.marked_uncollectible",
    }
)
# All that something is done about, besides thin events of accounts; an endpoint at Stripe is set to these.
HEARD = (
    SESSION_EVENTS
    | INTENT_EVENTS
    | REFUND_EVENTS
    | DISPUTE_EVENTS
    | SUBSCRIPTION_EVENTS
    | INVOICE_EVENTS
    | {"account.updated"}
)


def is_heard(event_type: str) -> bool:
    """Tell whether anything is done about events of this type."""
    return event_type in HEARD or event_type.startswith(ACCOUNT_CHANGED)
