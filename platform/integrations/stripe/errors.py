"""What can go wrong between us and Stripe, in words that are safe to show.

StripeUnavailable   503  no answer or too many requests: ask again with the same key
StripeFailed        503  a 5xx that Stripe remembers for this key: ask again with a new one
StripeRefused       409  Stripe understood and said no
StripeMisconfigured 503  our key or account is not accepted: somebody has to look
InvalidSignature    400  a webhook that Stripe did not sign
"""

from core.errors import Conflict, InvalidInput, Unavailable


class StripeUnavailable(Unavailable):
    code = "payment_service_unavailable"


class StripeFailed(StripeUnavailable):
    code = "payment_service_failed"


class StripeMisconfigured(StripeUnavailable):
    code = "payment_service_misconfigured"


class StripeRefused(Conflict):
    code = "payment_service_refused"


class InvalidSignature(InvalidInput):
    code = "invalid_signature"
    status = 400
