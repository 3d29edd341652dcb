"""What can go wrong with a subscription."""

from core.errors import Conflict, NotFound


class PriceNotOffered(NotFound):
    code = "price_not_offered"


class NoBillingAccount(Conflict):
    code = "no_billing_account"
