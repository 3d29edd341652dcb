"""How often strangers may ask for mails: a form that sends mail to any address is a weapon."""

from core.limits import AttemptLimit

ASKING = AttemptLimit("stock-alert", {"address": 20, "email": 10}, window_seconds=60 * 60)
