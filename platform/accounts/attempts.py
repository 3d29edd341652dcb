"""How often somebody may try to log in, by account and by machine."""

from core.limits import AttemptLimit

FAILED_LOGINS = AttemptLimit("accounts.login", {"email": 10, "address": 50})
