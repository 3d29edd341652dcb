"""How often somebody may try to get into an account, by e-mail and by machine."""

from core.limits import AttemptLimit

FAILED_PASSWORDS = AttemptLimit("customers.password", {"email": 10, "address": 50})
MAILED_LINKS = AttemptLimit("customers.link", {"email": 5, "address": 30})
