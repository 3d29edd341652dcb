"""What can go wrong between us and Stripe, in words that are safe to show.

StripeUnavailable   503  no answer, a 5xx or too many requests: ask again with the same key
StripeRefused       409  Stripe understood and said no
StripeMisconfigured 503  our key or account is not accepted: somebody has to look
InvalidSignature    400  a webhook that Stripe did not sign
"""

from core.errors import Conflict, InvalidInput, Unavailable


class StripeUnavailable(Unavailable):
    code = "payment_service_unavailable"


class StripeMisconfigured(StripeUnavailable):
    code = "payment_service_misconfigured"


class StripeRefused(Conflict):
    code = "payment_service_refused"


class InvalidSignature(InvalidInput):
    code = "invalid_signature"
    status = 400
