"""How often somebody may try, by account and by machine."""

from core.limits import AttemptLimit

LOGINS = AttemptLimit("accounts.login", {"email": 10, "address": 50})
PASSKEYS = AttemptLimit("accounts.passkey", {"address": 60})
RESETS = AttemptLimit("accounts.reset", {"email": 3, "address": 20}, window_seconds=3600)
CONFIRMATIONS = AttemptLimit("accounts.confirmation", {"user": 5, "address": 20}, window_seconds=3600)
